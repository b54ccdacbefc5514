import { BadEnvironment } from "./bad-environment.ts";

/** The texts that a setting with two states may have. An empty one means the default, as a missing one does. */
export const FLAG_TEXTS = ["true", "false", "1", "0", ""] as const;

/** Whether a setting is on; null for a text that is not in `FLAG_TEXTS`. */
export function parseFlag(text: string | undefined, byDefault: boolean): boolean | null {
  if (text === undefined || text === "") return byDefault;
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

/** Whether a setting of the environment is on. Throws BadEnvironment for another text. */
export function requireFlag(name: string, text: string | undefined, byDefault: boolean): boolean {
  const isOn = parseFlag(text, byDefault);
  if (isOn === null) throw new BadEnvironment(`${name}: must be one of true, false, 1 and 0`);
  return isOn;
}
