import * as z from "zod";
import { text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/** PERSON: one user of a project's data, by id; the name is kept for clients of the API. IMPORT: what an unfinished import has written. */
export const DELETION_KINDS = ["PROJECT", "ACCOUNT", "PERSON", "IMPORT"] as const;
export type DeletionKind = (typeof DELETION_KINDS)[number];

export const DELETION_STATUSES = ["RUNNING", "COMPLETED"] as const;
export type DeletionStatus = (typeof DELETION_STATUSES)[number];

const count = z.number().int().nonnegative();

/** The counts of erased rows and objects so far, by store. */
export const deletionReport = z.object({
  /** Rows by table. */
  rows: z.record(z.string(), count),
  /** Stored files, artifacts and checkpoints. */
  objects: z.object({ count, bytes: count }),
  /** Entries of serving: key records and the routing of the project. */
  serving_records: count,
  /** Jobs with their own storage: studies, trainings, ingestions. */
  job_objects: count,
  /** Of a PERSON: rewritten files and the rows removed from them, by resource, and models that knew the user. */
  person: z
    .object({
      files: count,
      interaction_rows: count,
      metadata_rows: count,
      models: count,
      /** Why something could not be searched; it is tried again. */
      problem: z.string().nullable(),
    })
    .optional(),
});
export type DeletionReport = z.infer<typeof deletionReport>;

export const EMPTY_USER_REPORT = {
  files: 0,
  interaction_rows: 0,
  metadata_rows: 0,
  models: 0,
  problem: null,
} as const;

/** A user id as in the project's data. */
export const userErasureRequest = z.object({ user_id: text({ max: 1024, trim: false }) });

export const EMPTY_REPORT: DeletionReport = {
  rows: {},
  objects: { count: 0, bytes: 0 },
  serving_records: 0,
  job_objects: 0,
};

/** COMPLETED after a last look, a minute after everything was deleted, has found nothing that a late worker wrote. */
export const deletionResponse = z.object({
  id: rowId,
  kind: z.enum(DELETION_KINDS),
  project: rowId.nullable(),
  owner: rowId,
  requested_by: rowId,
  status: z.enum(DELETION_STATUSES),
  report: deletionReport,
  ins_datetime: timestamp,
  completed_at: timestamp.nullable(),
});
export type DeletionResponse = z.infer<typeof deletionResponse>;
