import * as z from "zod";
import { choice, integer, reference } from "./field.ts";
import { MAX_UPLOAD_BYTES } from "./limits.ts";
import { name256, rowId } from "./primitives.ts";
import { readingRequest } from "./reading.ts";

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
