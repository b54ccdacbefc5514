import * as z from "zod";
import { ingestionReport, metadataReport } from "./ingestion.ts";
import { MAX_PAGE_SIZE } from "./limits.ts";
import { rowId, timestamp } from "./primitives.ts";
import { wholeNumber } from "./query-number.ts";

/** PENDING and INGESTING end in READY or FAILED; a FAILED row says why in `error` and holds no file. */
export const DATA_STATUSES = ["PENDING", "INGESTING", "READY", "FAILED"] as const;
export type DataStatus = (typeof DATA_STATUSES)[number];

export const trainingDataResponse = z.object({
  id: rowId,
  project: rowId,
  file: z.string().nullable(),
  ins_datetime: timestamp,
  basename: z.string().nullable(),
  filesize: z.number().int().nullable(),
  status: z.enum(DATA_STATUSES),
  error: z.string().nullable(),
  report: ingestionReport.nullable(),
});
export type TrainingDataResponse = z.infer<typeof trainingDataResponse>;

export const itemMetaDataResponse = z.object({
  id: rowId,
  project: rowId,
  file: z.string().nullable(),
  ins_datetime: timestamp,
  basename: z.string().nullable(),
  filesize: z.number().int().nullable(),
  valid_columns_list_json: z.array(z.string()).nullable(),
  status: z.enum(DATA_STATUSES),
  error: z.string().nullable(),
  /** Null until the file is read, and for files that were read before metadata had reports. */
  report: metadataReport.nullable(),
});
export type ItemMetaDataResponse = z.infer<typeof itemMetaDataResponse>;

/** User metadata: the same shape; its rows are found by the project's user column. */
export const userMetaDataResponse = itemMetaDataResponse;
export type UserMetaDataResponse = z.infer<typeof userMetaDataResponse>;

export const DEFAULT_PREVIEW_ROWS = 50;
export const MAX_PREVIEW_ROWS = 200;

/** The first rows of an uploaded file; `total_rows` counts the rows of this answer, not those of the file. */
export const dataPreviewResponse = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
  total_rows: z.number().int(),
});
export type DataPreviewResponse = z.infer<typeof dataPreviewResponse>;

/** An item and the columns of its metadata. */
export const itemRecord = z.looseObject({ item_id: z.string() });
export type ItemRecord = z.infer<typeof itemRecord>;

/** `ids` names items, separated by commas; `q` searches ids and records instead. */
export const itemLookupQuery = z.object({
  ids: z.string().optional(),
  q: z.string().max(200).optional(),
  limit: wholeNumber({ min: 1, max: MAX_PAGE_SIZE }).default(10),
});

export const userRecord = z.looseObject({ user_id: z.string() });
export type UserRecord = z.infer<typeof userRecord>;
export const userLookupResponse = z.object({ results: z.array(userRecord) });
export type UserLookupResponse = z.infer<typeof userLookupResponse>;

export const itemLookupResponse = z.object({ results: z.array(itemRecord) });
export type ItemLookupResponse = z.infer<typeof itemLookupResponse>;
