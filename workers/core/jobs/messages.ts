/** Queue messages: a version, a kind and the key of a job. What to do is asked of the job itself, so a repeated message is harmless. */
import { z } from "zod";
import { UPLOAD_KINDS } from "#contract/upload.ts";

const rowId = z.number().int().positive();

export const ingestMessage = z.object({
  v: z.literal(1),
  kind: z.literal("ingest"),
  source: z.enum(UPLOAD_KINDS),
  rowId,
});
export type IngestMessage = z.infer<typeof ingestMessage>;

export const trialMessage = z.object({
  v: z.literal(1),
  kind: z.literal("trial"),
  jobId: rowId,
  trial: z.number().int().min(0),
});
export type TrialMessage = z.infer<typeof trialMessage>;

/** The winner of a study and the popularity baseline, measured on the test part. */
export const finalMessage = z.object({ v: z.literal(1), kind: z.literal("final"), jobId: rowId });
export type FinalMessage = z.infer<typeof finalMessage>;

export const sliceMessage = z.object({ v: z.literal(1), kind: z.literal("slice"), modelId: rowId });
export type SliceMessage = z.infer<typeof sliceMessage>;

/** A person in a file or a model. */
export const eraseMessage = z.object({ v: z.literal(1), kind: z.literal("erase"), itemId: rowId });
export type EraseMessage = z.infer<typeof eraseMessage>;

export const jobMessage = z.discriminatedUnion("kind", [
  ingestMessage,
  trialMessage,
  finalMessage,
  sliceMessage,
  eraseMessage,
]);
export type JobMessage = z.infer<typeof jobMessage>;
