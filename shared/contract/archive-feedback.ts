/** Feedback in the archive of a project: the rows that its events have added up to. */
import * as z from "zod";
import { STORED_TYPE_FORM } from "./event-type.ts";
import { MAX_EVENT_BYTES, MAX_ID_LENGTH, MAX_TIME_MS } from "./limits.ts";

/** The beginning of the names of their files. */
export const FEEDBACK_ROWS_PREFIX = "feedback/rows-";

const id = z.string().min(1).max(MAX_ID_LENGTH);
const time = z.number().int().min(0).max(MAX_TIME_MS);

/** A line of a file. */
export const archiveFeedback = z.strictObject({
  type: z.string().regex(STORED_TYPE_FORM),
  user_id: id,
  item_id: id,
  value: z.number(),
  /** In the future for what counts later. */
  time,
  updated: time,
  comment: z.string().max(MAX_EVENT_BYTES),
  /** When the first and the last event of the row were stored; null for a row without events. */
  received: z
    .strictObject({ first: time, last: time })
    .refine(({ first, last }) => first <= last, "The first event came after the last.")
    .nullable(),
});
export type ArchiveFeedback = z.infer<typeof archiveFeedback>;
