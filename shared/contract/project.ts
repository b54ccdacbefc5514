import { z } from "zod";
import { text, textList } from "./field.ts";
import { isOrigin } from "./origin.ts";
import { MAX_NAME_LENGTH, name256, rowId, timestamp } from "./primitives.ts";
import { readingRequest, readingResponse } from "./reading.ts";

const MAX_ORIGINS = 100;

function originsProblem(origins: readonly string[]): string | null {
  const wrong = origins.find((origin) => !isOrigin(origin));
  return wrong === undefined ? null : `"${wrong}" is not an origin like https://shop.example.`;
}

/**
 * A column is named by its header cell, or by its position from 1. How files are read: `header` and `separator` count for files of
 * interactions, `missing_words` for metadata, too; an upload may say otherwise for its file.
 */
export const projectRequest = z.object({
  name: name256,
  user_column: name256,
  item_column: name256,
  time_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
  /** Whose pages may ask for recommendations by browser, e.g. `https://shop.example`; nobody's by default. */
  allowed_origins: textList({
    notAList: "Must be a JSON array of origins.",
    max: MAX_ORIGINS,
    check: originsProblem,
  }).default([]),
  ...readingRequest.shape,
});
export type ProjectRequest = z.infer<typeof projectRequest>;

export const projectResponse = z.object({
  id: rowId,
  name: z.string(),
  owner: rowId.nullable(),
  user_column: z.string(),
  item_column: z.string(),
  time_column: z.string().nullable(),
  allowed_origins: z.array(z.string()).optional(),
  ...readingResponse.shape,
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type ProjectResponse = z.infer<typeof projectResponse>;

/** What is said where an archive has a schedule that was switched on. */
export const SCHEDULE_OFF_TEXT =
  "The retraining schedule arrived switched off: switch it on once the project from which it comes no longer retrains.";

export const projectImportResponse = projectResponse.extend({
  /** What arrived otherwise than it was; null where nothing did. */
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
