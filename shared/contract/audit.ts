import * as z from "zod";
import { rowId, timestamp } from "./primitives.ts";

/** One change in a project: who made it, how, and of what. */
export const auditEntryResponse = z.object({
  id: rowId,
  project: rowId,
  user: rowId,
  /** The name at that time. */
  username: z.string(),
  /** The API key that acted for the account. */
  api_key: rowId.nullable(),
  /** Method and path, for example `POST /api_keys/:id/rotate`; `AUTO` as the method of the platform's own actions. */
  action: z.string(),
  /** The changed or new row. */
  target: rowId,
  /** The reason of the caller or of the platform, if any. */
  reason: z.string().nullable(),
  request_id: z.string(),
  ins_datetime: timestamp,
});
export type AuditEntryResponse = z.infer<typeof auditEntryResponse>;
