/** `POST /v1/users/merge` and `DELETE /v1/users/{id}`: the users of a project's data. */
import * as z from "zod";
import { text } from "./field.ts";
import { MAX_ID_LENGTH } from "./limits.ts";

const userId = () => text({ max: MAX_ID_LENGTH, trim: false });

/** Two users who are one, for example a visitor and the user who then logged in. */
export const userMergeRequest = z.strictObject({
  /** Who becomes the other one. */
  from: userId(),
  to: userId(),
});
export type UserMergeRequest = z.infer<typeof userMergeRequest>;

export const userMergeResponse = z.object({
  from: z.string(),
  to: z.string(),
  /** Who both are in the end: `to` may have been merged, too. */
  user_id: z.string(),
});
export type UserMergeResponse = z.infer<typeof userMergeResponse>;
