/** What an application knows of a user: `PUT`, `PATCH` and `GET /v1/users/{user_id}`. */
import * as z from "zod";
import { USER } from "./item-properties.ts";
import { storableProperties } from "./storable-properties.ts";

/** A PUT says all properties; a PATCH says what changes, null to remove one. */
export const userPropertiesRequest = z.strictObject({ properties: storableProperties(USER) });

export const userPropertiesResponse = z.object({
  user_id: z.string(),
  /** Those of the uploaded user metadata, and over them what was written. */
  properties: z.record(z.string(), z.unknown()),
  /** Epoch milliseconds; null for a user that only files know. */
  updated_at: z.number().nullable(),
});
export type UserPropertiesResponse = z.infer<typeof userPropertiesResponse>;
