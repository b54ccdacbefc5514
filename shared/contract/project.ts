import { z } from "zod";
import { text } from "./field.ts";
import { MAX_NAME_LENGTH, name256, rowId, timestamp } from "./primitives.ts";

/** A column is named by its header cell, or by its position from 1 when the file has no header. */
export const projectRequest = z.object({
  name: name256,
  user_column: name256,
  item_column: name256,
  time_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
});
export type ProjectRequest = z.infer<typeof projectRequest>;

export const projectResponse = z.object({
  id: rowId,
  name: z.string(),
  owner: rowId.nullable(),
  user_column: z.string(),
  item_column: z.string(),
  time_column: z.string().nullable(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type ProjectResponse = z.infer<typeof projectResponse>;

export const projectSummaryResponse = z.object({
  n_data: z.number().int(),
  n_complete_jobs: z.number().int(),
  n_models: z.number().int(),
  ins_datetime: timestamp,
});
export type ProjectSummaryResponse = z.infer<typeof projectSummaryResponse>;
