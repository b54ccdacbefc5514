/**
 * Queue messages: a version, a kind and the key of a job. The worker asks the job itself what to do, so a repeated message is
 * harmless.
 */
import * as z from "zod";
import { UPLOAD_KINDS } from "#contract/upload.ts";
import type { StudyWork } from "./study-work.ts";

const rowId = z.number().int().positive();

export const ingestMessage = z.object({
  v: z.literal(1),
  kind: z.literal("ingest"),
  source: z.enum(UPLOAD_KINDS),
  rowId,
});
export type IngestMessage = z.infer<typeof ingestMessage>;

/** A task of a file that is read in stages. */
export const ingestTaskMessage = z.object({
  v: z.literal(1),
  kind: z.literal("ingest-task"),
  source: z.enum(UPLOAD_KINDS),
  rowId,
  stage: z.number().int().min(0),
  task: z.number().int().min(0),
});
export type IngestTaskMessage = z.infer<typeof ingestTaskMessage>;

export const trialMessage = z.object({
  v: z.literal(1),
  kind: z.literal("trial"),
  jobId: rowId,
  trial: z.number().int().min(0),
});
export type TrialMessage = z.infer<typeof trialMessage>;

/** The work of a study apart from its trials; see `study-work.ts`. */
const studyWork = { v: z.literal(1), jobId: rowId };
const trial = z.number().int().min(0);

export const planMessage = z.object({ ...studyWork, kind: z.literal("plan") });
export const finalistMessage = z.object({ ...studyWork, kind: z.literal("finalist"), trial });
export const fitPartMessage = z.object({ ...studyWork, kind: z.literal("fit-part"), trial });
export const blendWeightsMessage = z.object({ ...studyWork, kind: z.literal("blend-weights") });
export const finalMessage = z.object({ ...studyWork, kind: z.literal("final") });
export const coldMessage = z.object({
  ...studyWork,
  kind: z.literal("cold"),
  scheme: z.enum(["cold-items", "cold-users"]),
});

export type StudyWorkMessage = { readonly v: 1; readonly jobId: number } & StudyWork;
export type PlanMessage = z.infer<typeof planMessage>;
export type FinalistMessage = z.infer<typeof finalistMessage>;
export type FitPartMessage = z.infer<typeof fitPartMessage>;
export type BlendWeightsMessage = z.infer<typeof blendWeightsMessage>;
export type FinalMessage = z.infer<typeof finalMessage>;
export type ColdMessage = z.infer<typeof coldMessage>;

/** A task of a study's measurement on all data, see `study-measuring.ts`. */
export const measuringTaskMessage = z.object({
  ...studyWork,
  kind: z.literal("measuring-task"),
  part: z.enum(["validation", "test"]),
  stage: z.number().int().min(0),
  task: z.number().int().min(0),
});
export type MeasuringTaskMessage = z.infer<typeof measuringTaskMessage>;

export const sliceMessage = z.object({ v: z.literal(1), kind: z.literal("slice"), modelId: rowId });
export type SliceMessage = z.infer<typeof sliceMessage>;

/** A task of a training whose data no isolate holds. */
export const fitTaskMessage = z.object({
  v: z.literal(1),
  kind: z.literal("fit-task"),
  modelId: rowId,
  stage: z.number().int().min(0),
  task: z.number().int().min(0),
});
export type FitTaskMessage = z.infer<typeof fitTaskMessage>;

/** Erasing a user from a file or a model. */
export const eraseMessage = z.object({ v: z.literal(1), kind: z.literal("erase"), itemId: rowId });
export type EraseMessage = z.infer<typeof eraseMessage>;

/** A task of reading a large file without an erased user. */
export const eraseTaskMessage = z.object({
  v: z.literal(1),
  kind: z.literal("erase-task"),
  itemId: rowId,
  stage: z.number().int().min(0),
  task: z.number().int().min(0),
});
export type EraseTaskMessage = z.infer<typeof eraseTaskMessage>;

export const jobMessage = z.discriminatedUnion("kind", [
  ingestMessage,
  ingestTaskMessage,
  trialMessage,
  planMessage,
  finalistMessage,
  fitPartMessage,
  blendWeightsMessage,
  finalMessage,
  coldMessage,
  measuringTaskMessage,
  sliceMessage,
  fitTaskMessage,
  eraseMessage,
  eraseTaskMessage,
]);
export type JobMessage = z.infer<typeof jobMessage>;
