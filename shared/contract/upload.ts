import * as z from "zod";
import { choice, integer, reference } from "./field.ts";
import { MAX_UPLOAD_BYTES } from "./limits.ts";
import { name256, rowId } from "./primitives.ts";
import { readingRequest } from "./reading.ts";
import { workEstimate } from "./work.ts";

const MAX_HEAD_CHARACTERS = 65_536;

export const UPLOAD_KINDS = ["training_data", "item_meta_data", "user_meta_data"] as const;
export type UploadKind = (typeof UPLOAD_KINDS)[number];

/** The fields of an upload in one form, before its `file`. */
export const uploadForm = z.object({
  project: reference(),
  /** How to read this file; absent fields come from the project. */
  ...readingRequest.shape,
});

/**
 * Opens an upload in parts. Send part n (from 1) with PUT …/parts/{n}/, all of length `part_size` except the last, then complete.
 */
export const uploadRequest = z.strictObject({
  project: reference(),
  kind: choice(UPLOAD_KINDS),
  filename: name256,
  /** Bytes. */
  size: integer({ min: 0, max: MAX_UPLOAD_BYTES }),
  /** How to read this file; absent fields come from the project. */
  ...readingRequest.shape,
});
export type UploadRequest = z.infer<typeof uploadRequest>;

/** A file of interactions that is meant to be sent. */
export const uploadEstimateRequest = uploadRequest.omit({ kind: true }).extend({
  /** The first characters of its content, decompressed: the length of its rows is read from them. */
  head: z.string().max(MAX_HEAD_CHARACTERS).optional(),
  /** How many there are, where that is known. */
  users: integer({ min: 1 }).optional(),
  items: integer({ min: 1 }).optional(),
});
export type UploadEstimateRequest = z.infer<typeof uploadEstimateRequest>;

/** What reading the file takes. */
export const uploadEstimate = z.object({
  /** Whether many workers read it, because no isolate holds its rows. */
  by_blocks: z.boolean(),
  /** By the size of the file and the mean length of the rows at its beginning. */
  rows: z.number().int(),
  /** Null when it would be refused. */
  estimate: workEstimate.nullable(),
  /** Why it would be refused, and what would make it fit; null when it would not. */
  reason: z.string().nullable(),
});
export type UploadEstimate = z.infer<typeof uploadEstimate>;

/** `received` lists the stored parts, so that a client can resume after a dropped connection. */
export const uploadResponse = z.object({
  id: rowId,
  project: rowId,
  kind: z.enum(UPLOAD_KINDS),
  filename: z.string(),
  size: z.number().int(),
  part_size: z.number().int(),
  received: z.array(z.number().int()),
});
export type UploadResponse = z.infer<typeof uploadResponse>;
