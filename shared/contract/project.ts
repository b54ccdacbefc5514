import * as z from "zod";
import { eventSettingsRequest, eventSettingsResponse } from "./event-settings.ts";
import { text } from "./field.ts";
import { originList } from "./origin.ts";
import { MAX_NAME_LENGTH, name256, rowId, timestamp } from "./primitives.ts";
import { readingRequest, readingResponse } from "./reading.ts";
import { trafficRequest, trafficResponse } from "./traffic.ts";

/**
 * A column is given by its name in the header, or by its position from 1. Reading: `header` and `separator` hold for files of
 * interactions, `missing_words` also for metadata; an upload may override them for its file.
 */
export const projectRequest = z.object({
  name: name256,
  user_column: name256,
  item_column: name256,
  time_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
  /** How much a row weighs, 1 by default; zero and below is a dislike. Blank or null for none. */
  weight_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
  /** The event type of a row, which weighs as an event of this type. Rows of types without a weight are rejected. */
  event_type_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
  /** Origins of pages that may ask for recommendations by browser, e.g. `https://shop.example`; none by default. */
  allowed_origins: originList().default([]),
  ...readingRequest.shape,
  ...trafficRequest.shape,
  ...eventSettingsRequest.shape,
});
export type ProjectRequest = z.infer<typeof projectRequest>;

export const projectResponse = z.object({
  id: rowId,
  name: z.string(),
  owner: rowId.nullable(),
  user_column: z.string(),
  item_column: z.string(),
  time_column: z.string().nullable(),
  weight_column: z.string().nullable().optional(),
  event_type_column: z.string().nullable().optional(),
  allowed_origins: z.array(z.string()).optional(),
  ...readingResponse.shape,
  ...trafficResponse.partial().shape,
  ...eventSettingsResponse.partial().shape,
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type ProjectResponse = z.infer<typeof projectResponse>;

/** The notice for an archive with an enabled schedule. */
export const SCHEDULE_OFF_TEXT =
  "The retraining schedule arrived switched off: switch it on once the project from which it comes no longer retrains.";

export const projectImportResponse = projectResponse.extend({
  /** What the import changed; null if nothing. */
  notice: z.string().nullable(),
});
export type ProjectImportResponse = z.infer<typeof projectImportResponse>;

export const projectSummaryResponse = z.object({
  n_data: z.number().int(),
  n_complete_jobs: z.number().int(),
  n_models: z.number().int(),
  ins_datetime: timestamp,
});
export type ProjectSummaryResponse = z.infer<typeof projectSummaryResponse>;
