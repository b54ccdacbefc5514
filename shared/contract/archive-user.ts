/** Written properties of users in the archive of a project. */
import * as z from "zod";
import { isStorableJson, USER } from "./item-properties.ts";
import { MAX_ID_LENGTH, MAX_TIME_MS, MAX_USER_BYTES } from "./limits.ts";

/** The beginning of the names of their files. */
export const USER_ROWS_PREFIX = "users/rows-";

/** A line of a file. */
export const archiveUser = z.strictObject({
  user_id: z.string().min(1).max(MAX_ID_LENGTH),
  /** A JSON object, within the bounds of one in a request. */
  properties: z
    .string()
    .max(4 * MAX_USER_BYTES)
    .refine(
      (text) => isStorableJson(text, USER),
      "Properties are not a JSON object, or one that is too large.",
    ),
  is_partial: z.boolean(),
  updated_at: z.number().int().min(0).max(MAX_TIME_MS),
});
export type ArchiveUser = z.infer<typeof archiveUser>;
