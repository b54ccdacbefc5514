import { ADMINISTRATOR } from "./administrator.ts";
import { removeState, startTestStack } from "./stack.ts";

/** One stack for all browser tests, unless EDGEWISE_URL names one that runs already. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.EDGEWISE_URL) return undefined;
  const { username, password } = ADMINISTRATOR;
  const settings = {
    EDGEWISE_ADMIN_USERNAME: username,
    EDGEWISE_ADMIN_PASSWORD: password,
    // Webhooks of the tests go to servers on this machine.
    EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true",
  };
  const stack = await startTestStack({ settings });
  process.env.EDGEWISE_URL = stack.url;
  return async () => {
    await stack.stop();
    removeState(stack.stateDir);
  };
}
