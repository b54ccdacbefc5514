import { z } from "zod";
import { password } from "./auth.ts";
import { text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/** PERSON: one user id of a project's data. IMPORT: what an import that did not end had written. */
export const DELETION_KINDS = ["PROJECT", "ACCOUNT", "PERSON", "IMPORT"] as const;
export type DeletionKind = (typeof DELETION_KINDS)[number];

export const DELETION_STATUSES = ["RUNNING", "COMPLETED"] as const;
export type DeletionStatus = (typeof DELETION_STATUSES)[number];

const count = z.number().int().nonnegative();

/** What has been erased so far, store by store. */
export const deletionReport = z.object({
  /** Rows by table. */
  rows: z.record(z.string(), count),
  /** Stored files, artifacts and checkpoints. */
  objects: z.object({ count, bytes: count }),
  /** What serving knew: key records and the routing of the project. */
  serving_records: count,
  /** Jobs with their own storage: studies, trainings, ingestions. */
  job_objects: count,
  /** Of a PERSON: uploaded files that were rewritten and the rows they lost, by what they are about, and models that knew the person. */
  person: z
    .object({
      files: count,
      interaction_rows: count,
      metadata_rows: count,
      models: count,
      /** Why something could not be looked through; it is tried again. */
      problem: z.string().nullable(),
    })
    .optional(),
});
export type DeletionReport = z.infer<typeof deletionReport>;

export const EMPTY_PERSON_REPORT = {
  files: 0,
  interaction_rows: 0,
  metadata_rows: 0,
  models: 0,
  problem: null,
} as const;

/** A user id as the project's data has it. */
export const personErasureRequest = z.object({ user_id: text({ max: 1024, trim: false }) });

export const EMPTY_REPORT: DeletionReport = {
  rows: {},
  objects: { count: 0, bytes: 0 },
  serving_records: 0,
  job_objects: 0,
};

/** COMPLETED once a last look, a minute after all was gone, has found nothing that a late worker wrote. */
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

/** Erasing one's own account takes the password, so that a stolen session cannot do it. */
export const accountErasureRequest = z.object({ password });
