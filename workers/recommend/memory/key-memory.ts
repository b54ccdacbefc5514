import { BadEnvironment } from "#platform/bad-environment.ts";
import { KEY_MEMORY_MS } from "#storage/routing-store.ts";

/**
 * The memory of keys from the environment, at most as long as a revoked key may live. An invalid value is an error of the
 * deployment.
 */
export function keyMemoryMs(text: string | undefined): number {
  if (text === undefined || text === "") return KEY_MEMORY_MS;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 0 && ms <= KEY_MEMORY_MS) return ms;
  throw new BadEnvironment(`EDGEWISE_KEY_MEMORY_MS must be 0 to ${KEY_MEMORY_MS}, in milliseconds.`);
}
