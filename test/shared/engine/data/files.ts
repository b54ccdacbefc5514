/** Files and small helpers for the tests of ingestion. */

import { gzipSync } from "node:zlib";
import {
  type BuildDatasetOptions,
  buildDataset,
} from "../../../../shared/engine/data/build/build-dataset.ts";
import type { Dataset } from "../../../../shared/engine/data/dataset.ts";
import { EngineError } from "../../../../shared/engine/engine-error.ts";
import { gunzip } from "../../../../workers/core/platform/gunzip.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Streams bytes in chunks of the given size (all at once when 0). */
export async function* chunks(bytes: Uint8Array, size = 0): AsyncGenerator<Uint8Array> {
  const step = size || Math.max(bytes.length, 1);
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

export const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

export const effects = { gunzip, breathe: async () => {} };

export const COLUMNS = { user: "user", item: "item", weight: "weight", time: "time" };

export interface IngestOptions extends Partial<BuildDatasetOptions> {
  readonly name?: string;
  readonly chunkBytes?: number;
}

/** Builds a dataset from a text or bytes; columns user and item unless told otherwise. */
export function ingest(file: string | Uint8Array, options: IngestOptions = {}) {
  const { name = "data.csv", chunkBytes = 0, ...rest } = options;
  const bytes = typeof file === "string" ? bytesOf(file) : file;
  return buildDataset(
    { name, bytes: chunks(bytes, chunkBytes) },
    { ...effects, columns: { user: "user", item: "item" }, ...rest },
  );
}

/** The EngineError that refuses a file; anything else fails the test. */
export async function refusal(file: string | Uint8Array, options: IngestOptions = {}): Promise<EngineError> {
  try {
    await ingest(file, options);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("The file was accepted.");
}

/** Entries as `user item weight time`, in the order of the matrix. */
export function entriesOf({ users, items, userItems, times }: Dataset): string[] {
  const entries: string[] = [];
  for (let user = 0; user < userItems.rowCount; user++) {
    for (let at = userItems.indptr[user] ?? 0; at < (userItems.indptr[user + 1] ?? 0); at++) {
      const item = items.idAt(userItems.indices[at] ?? -1);
      entries.push([users.idAt(user), item, userItems.values[at], times?.[at] ?? "-"].join(" "));
    }
  }
  return entries;
}

/** A generator of repeatable numbers in [0, 1), good enough for fixtures. */
export function fixtureRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    mixed ^= mixed >>> 12;
    return (mixed >>> 0) / 2 ** 32;
  };
}
