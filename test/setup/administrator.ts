/** The administrator of the stack that browser tests run against; one that runs already names its own in the environment. */
export const ADMINISTRATOR = {
  username: process.env.EDGEWISE_ADMIN_USERNAME ?? "administrator",
  password: process.env.EDGEWISE_ADMIN_PASSWORD ?? "correct horse battery",
} as const;
