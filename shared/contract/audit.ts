import { z } from "zod";
import { rowId, timestamp } from "./primitives.ts";

/** One change in a project: who made it, how, and to what. */
export const auditEntryResponse = z.object({
  id: rowId,
  project: rowId,
  user: rowId,
  /** As it was then. */
  username: z.string(),
  /** The API key that acted in the user's name. */
  api_key: rowId.nullable(),
  /** Method and path, as in `POST /api_keys/:id/rotate`; `AUTO` for a method where the platform acted by itself. */
  action: z.string(),
  /** The row that was changed or made. */
  target: rowId,
  /** Why, where somebody or the platform itself gave a reason. */
  reason: z.string().nullable(),
  request_id: z.string(),
  ins_datetime: timestamp,
});
export type AuditEntryResponse = z.infer<typeof auditEntryResponse>;
