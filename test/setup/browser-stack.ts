import { removeState, startTestStack } from "./stack.ts";

/** One stack for all browser tests, unless EDGEWISE_URL names one that runs already. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.EDGEWISE_URL) return undefined;
  const stack = await startTestStack();
  process.env.EDGEWISE_URL = stack.url;
  return async () => {
    await stack.stop();
    removeState(stack.stateDir);
  };
}
