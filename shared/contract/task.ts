import * as z from "zod";
import { rowId, timestamp } from "./primitives.ts";

export const TASK_STATUSES = ["PENDING", "STARTED", "SUCCESS", "FAILURE", "REVOKED"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** A background task as in Recotem's lists: each worker of a search, its successor, each training. */
export const taskLink = z.object({
  task: z.object({
    task_id: z.uuid(),
    status: z.enum(TASK_STATUSES),
    date_created: timestamp,
    date_done: timestamp.nullable(),
    traceback: z.string().nullable(),
  }),
});
export type TaskLink = z.infer<typeof taskLink>;

export const taskLogResponse = z.object({
  id: rowId,
  task: rowId,
  contents: z.string(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type TaskLogResponse = z.infer<typeof taskLogResponse>;
