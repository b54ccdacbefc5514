/** How large the data of a file are, by its length and its beginning. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { PEAK_ROW_BYTES } from "#engine/data/dataset-builder.ts";
import { openBytes } from "#engine/data/read/byte-blocks.ts";
import { EngineError } from "#engine/engine-error.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { expectedCut, type FileFacts } from "#engine/scale/estimate/estimate-ingestion.ts";
import { countNewlines } from "#reading/plain-text.ts";
import { gunzip } from "../files/read-file.ts";
import type { ReadSettings } from "../options/data-options.ts";

export interface FileSize {
  readonly facts: FileFacts;
  readonly rows: number;
  readonly users: number;
  readonly items: number;
}

/** Null for what is no file, or cannot be read: reading it says why. */
export async function sizeOfFile(path: string, { columns }: ReadSettings): Promise<FileSize | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  const head = await headOf(path);
  if (head === null) return null;
  const lines = countNewlines(head.bytes);
  const facts: FileFacts = {
    bytes: found.size,
    hasTimes: columns.time != null,
    isGzip: head.isGzip,
    ...(lines > 0 && { rowBytes: head.bytes.length / lines }),
  };
  const { rows, users, items } = expectedCut(facts);
  return { facts, rows, users: Math.ceil(users), items: Math.ceil(Math.min(items, rows)) };
}

async function headOf(path: string) {
  try {
    const options = { gunzip, breathe: async () => {} };
    const opened = await openBytes({ name: path, bytes: createReadStream(path) }, options);
    await opened.close();
    return { bytes: opened.head, isGzip: opened.isGzip };
  } catch (error) {
    // Empty or damaged: the reading that follows throws the same, with all that it says of the file.
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** Of an id on one side: its text, its place in the table. */
const ID_BYTES = 60;
const TIME_BYTES = 8;

/** Bytes that the data and the fit take at most at a time in one piece, without the program itself. */
export function bytesInOnePiece(
  { facts, rows, users, items }: FileSize,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
): number {
  const { withTimes, withoutTimes } = PEAK_ROW_BYTES;
  const ids = ID_BYTES * (users + items);
  const reading = rows * (facts.hasTimes ? withTimes : withoutTimes);
  const { fitMb } = estimateFit({ users, items, interactions: rows }, algorithm, params);
  const fitting = 1e6 * fitMb + (facts.hasTimes ? TIME_BYTES * rows : 0);
  return ids + Math.max(reading, fitting);
}
