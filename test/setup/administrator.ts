/** The administrator of the stack for browser tests; a stack that runs already names its own in the environment. */
export const ADMINISTRATOR = {
  username: process.env.EDGEWISE_ADMIN_USERNAME ?? "administrator",
  password: process.env.EDGEWISE_ADMIN_PASSWORD ?? "correct horse battery",
} as const;
