/** What every task of an ingestion works with: the file, the store of intermediate objects, and the settings of both. */
import type { Digest } from "../../artifact/format.ts";
import type { Breathe } from "../../data/breathe.ts";
import type { DatasetRules } from "../../data/dataset-rules.ts";
import type { InteractionColumns } from "../../data/read/read-interactions.ts";
import type { ReadOptions } from "../../data/read/source.ts";
import { type ObjectStore, requireObject } from "../blocks/object-store.ts";
import { PackedArrays } from "./packed-arrays.ts";

/** Intermediate objects. A task writes the same bytes whenever it runs. */
export interface RangedStore extends Pick<ObjectStore, "get" | "put"> {
  /** Bytes from … to of an object. Null when there is no such object. */
  getRange(name: string, from: number, to: number): Promise<Uint8Array | null>;
}

/** An uploaded file by ranges. */
export interface RangedFile {
  readonly name: string;
  /** Stored bytes. */
  readonly size: number;
  /** Bytes from … to, in order. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** How an ingestion is cut. Another cut gives the same dataset. */
export interface IngestSizes {
  /** Bytes of the file that one task parses; whole lines, so a little more or less. */
  readonly rangeBytes: number;
  /** Bytes of the file whose rows are merged by one task: those of some users. */
  readonly partitionBytes: number;
  /** Rows that a task holds before it writes them. */
  readonly fragmentRows: number;
  /** Most bytes of a block of the dataset. */
  readonly blockBytes: number;
  /** Consecutive blocks that one task makes, so that it reads from each partition once for all of them. */
  readonly taskBlocks: number;
}

/**
 * A range of 20 MB is about 800,000 rows and two seconds of work. Rows of 20 MB of text fill at most 75 MB while they are sorted: a row has at
 * least 6 bytes, with a time 16. Operations on the store grow with the square of the rows, and fall with the square of these sizes.
 */
export const INGEST_SIZES: IngestSizes = {
  rangeBytes: 20 * 2 ** 20,
  partitionBytes: 20 * 2 ** 20,
  fragmentRows: 1_000_000,
  blockBytes: 8 * 2 ** 20,
  taskBlocks: 3,
};

export interface IngestWork {
  readonly file: RangedFile;
  readonly store: RangedStore;
  readonly columns: InteractionColumns;
  readonly rules: DatasetRules;
  readonly sizes: IngestSizes;
  /** How rows are read. */
  readonly reading: Omit<ReadOptions, "breathe" | "limits">;
  readonly breathe: Breathe;
  /** SHA-256 of what the dataset's artifact will hold. */
  readonly digest: Digest;
}

/** Arrays that an earlier stage wrote. Throws `BAD_DATA` when they are gone. */
export async function writtenArrays(store: RangedStore, name: string): Promise<PackedArrays> {
  return new PackedArrays(await requireObject(store, name), name);
}

/** A range of such an object; an empty one needs no read. */
export async function writtenRange(
  store: RangedStore,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Uint8Array> {
  if (from === to) return new Uint8Array();
  return (await store.getRange(name, from, to)) ?? requireObject({ get: async () => null }, name);
}

export async function writtenJson<Value>(store: RangedStore, name: string): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await requireObject(store, name))) as Value;
}

export function putJson(store: RangedStore, name: string, value: unknown): Promise<void> {
  return store.put(name, new TextEncoder().encode(JSON.stringify(value)));
}
