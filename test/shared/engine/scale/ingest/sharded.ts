/** Ingestion in shards for tests: a file in memory, a store in memory, and every object checked to be the same when it is written again. */
import { createHash } from "node:crypto";
import { DTYPES } from "#engine/artifact/format.ts";
import type { Section, SectionData } from "#engine/artifact/section.ts";
import { EngineError } from "#engine/engine-error.ts";
import { finishDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { runIngest } from "#engine/scale/ingest/ingest-plan.ts";
import {
  INGEST_SIZES,
  type IngestSizes,
  type IngestWork,
  type RangedStore,
} from "#engine/scale/ingest/ingest-work.ts";
import { bytesOf, chunks, effects, type IngestOptions } from "../../data/files.ts";

export interface MemoryStore extends RangedStore {
  readonly objects: Map<string, Uint8Array>;
}

/** Throws when an object is written again with other bytes: a task that runs twice must do no harm. */
export function memoryStore(): MemoryStore {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    get: async (name) => objects.get(name) ?? null,
    getRange: async (name, from, to) => objects.get(name)?.subarray(from, to) ?? null,
    async put(name, bytes) {
      const known = objects.get(name);
      if (known && Buffer.compare(known, bytes) !== 0)
        throw new Error(`"${name}" was written with other bytes.`);
      objects.set(name, bytes.slice());
    },
  };
}

export interface ShardOptions extends IngestOptions {
  readonly sizes?: Partial<IngestSizes>;
}

export function ingestWork(
  file: string | Uint8Array,
  options: ShardOptions = {},
): IngestWork & { store: MemoryStore } {
  const {
    name = "data.csv",
    columns = { user: "user", item: "item" },
    rules = {},
    sizes,
    ...reading
  } = options;
  const bytes = typeof file === "string" ? bytesOf(file) : file;
  return {
    file: { name, size: bytes.length, read: (from, to) => chunks(bytes.subarray(from, to), 1000) },
    store: memoryStore(),
    ...{ columns, rules, breathe: effects.breathe },
    sizes: { ...INGEST_SIZES, ...sizes },
    reading: { gunzip: effects.gunzip, ...reading },
    digest: async (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  };
}

/** Ingests in shards: the sections of the dataset, with hashes that were checked, and the report. */
export async function ingestSharded(file: string | Uint8Array, options: ShardOptions = {}) {
  const work = ingestWork(file, options);
  await runIngest(work);
  const finished = await finishDataset(work);
  const sections: Section[] = finished.sections.map(
    ({ name, dtype, length, object, offset, bytes, sha256 }) => {
      const stored = work.store.objects.get(object)?.slice(offset, offset + bytes) ?? new Uint8Array();
      if (createHash("sha256").update(stored).digest("hex") !== sha256)
        throw new Error(`${name} has another hash.`);
      const data = new DTYPES[dtype](stored.buffer, 0, length) as SectionData;
      return { name, data };
    },
  );
  return { sections, report: finished.report, work };
}

/** The error that refuses a file in shards. */
export async function shardedRefusal(file: string | Uint8Array, options: ShardOptions): Promise<EngineError> {
  try {
    await ingestSharded(file, options);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("The file was accepted.");
}
