import * as z from "zod";
import { password, username } from "./auth.ts";
import { boolean, email } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/** Accounts as administrators see them. */
export const accountRequest = z.object({
  username,
  password,
  email: email().default(""),
  is_staff: boolean().default(false),
});
export type AccountRequest = z.infer<typeof accountRequest>;

export const accountUpdate = z.object({
  email: email(),
  is_staff: boolean(),
  is_active: boolean(),
});
export type AccountUpdate = z.infer<typeof accountUpdate>;

export const accountResponse = z.object({
  id: rowId,
  username: z.string(),
  email: z.string(),
  is_staff: z.boolean(),
  is_active: z.boolean(),
  date_joined: timestamp,
  last_login: timestamp.nullable(),
});
export type AccountResponse = z.infer<typeof accountResponse>;

/** The answer to an update: the fields that it can change, and the account's id. */
export const accountUpdateResponse = accountResponse.omit({ date_joined: true, last_login: true });

export const passwordResetRequest = z.object({ new_password: password });
export const passwordChangeRequest = z.object({ old_password: password, new_password: password });

/** Recotem's older form: twice the new password. The current one is requested, too, once these agree. */
export const passwordConfirmRequest = z.object({
  new_password1: password,
  new_password2: password,
  old_password: password.optional(),
});
export const passwordMailRequest = z.object({ email: email() });
