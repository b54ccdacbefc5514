import type { ValidationProblem } from "#contract/inference.ts";
import { isStorableText } from "#contract/item-properties.ts";
import { idText } from "#reading/clean-id.ts";
import { ServingError } from "./errors.ts";

/** Ids are cleaned as in files, so that the API and files name the same items and users. Throws a 422 `ServingError`. */
export function cleanedId(raw: string, loc: ValidationProblem["loc"]): string {
  const id = idText(raw, true);
  if (id !== null && isStorableText(id)) return id;
  const msg = "The id is empty, too long, or has a character that an id cannot have";
  const input = isStorableText(raw) ? raw.slice(0, 100) : null;
  throw new ServingError(422, [{ type: "value_error", loc, msg, input }]);
}
