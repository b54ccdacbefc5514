import { HALF_CHARACTER } from "#contract/half-character.ts";
import { idText } from "#reading/clean-id.ts";

/** Whether a text is an id as the platform stores it: cleaned, as `/v1` and files do. */
export function isArchivedId(text: string): boolean {
  return idText(text, true) === text && !HALF_CHARACTER.test(text);
}
