/** The stages of an ingestion in this process, on files in a folder, with what each takes. */
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FinishedDataset, finishDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { FIRST_INGEST_STAGES, type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import {
  INGEST_SIZES,
  type IngestWork,
  type RangedFile,
  type RangedStore,
} from "#engine/scale/ingest/ingest-work.ts";
import { gunzip } from "#platform/gunzip.ts";

const CHUNK_BYTES = 65_536;

export interface StageFigures {
  tasks: number;
  cpuMs: number;
  mostCpuMs: number;
  mostBytes: number;
  reads: number;
  writes: number;
}

/** Adds up what tasks take, by stage. */
export class Meter {
  readonly #stages = new Map<string, StageFigures>();
  #current: StageFigures | null = null;
  #base = 0;
  readonly #measuresMemory: boolean;

  /** @param measuresMemory Then garbage is collected at each peak, which takes processor time. */
  constructor(measuresMemory = false) {
    this.#measuresMemory = measuresMemory;
  }

  get stages(): ReadonlyMap<string, StageFigures> {
    return this.#stages;
  }

  async measure(stage: string, run: () => Promise<void>): Promise<void> {
    const figures = this.#stages.get(stage) ?? {
      tasks: 0,
      cpuMs: 0,
      mostCpuMs: 0,
      mostBytes: 0,
      reads: 0,
      writes: 0,
    };
    this.#stages.set(stage, figures);
    globalThis.gc?.();
    this.#current = figures;
    this.#base = liveBytes();
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    figures.tasks++;
    figures.cpuMs += cpuMs;
    figures.mostCpuMs = Math.max(figures.mostCpuMs, cpuMs);
  }

  read(): void {
    if (this.#current) this.#current.reads++;
    this.look();
  }

  write(): void {
    if (this.#current) this.#current.writes++;
    this.look();
  }

  /** What is live: garbage is collected before a new peak counts. */
  look(): void {
    const figures = this.#current;
    if (!this.#measuresMemory || !figures || liveBytes() - this.#base <= figures.mostBytes) return;
    globalThis.gc?.();
    figures.mostBytes = Math.max(figures.mostBytes, liveBytes() - this.#base);
  }
}

/** Runs all tasks one after another. */
export async function runMeasured(work: IngestWork, meter: Meter): Promise<FinishedDataset> {
  const stages: IngestStage[] = [...FIRST_INGEST_STAGES];
  for (let at = 0; at < stages.length; at++) {
    const { name, taskCount } = stages[at] as IngestStage;
    for (let task = 0; task < taskCount; task++) {
      await meter.measure(name, async () => {
        stages.push(...(await runIngestTask(work, name, task)));
      });
    }
  }
  let finished: FinishedDataset | null = null;
  await meter.measure("finish", async () => {
    finished = await finishDataset(work);
  });
  if (!finished) throw new Error("The ingestion has not ended.");
  return finished;
}

function liveBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export function workOn(path: string, folder: string, meter: Meter): IngestWork {
  return {
    file: fileAt(path, meter),
    store: storeIn(join(folder, "objects"), meter),
    columns: { user: "userId", item: "movieId", weight: "rating", time: "timestamp" },
    rules: {},
    sizes: INGEST_SIZES,
    reading: { gunzip },
    breathe: async () => meter.look(),
    digest: async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  };
}

function fileAt(path: string, meter: Meter): RangedFile {
  return {
    name: "ratings.csv",
    size: statSync(path).size,
    async *read(from, to) {
      meter.read();
      const file = openSync(path, "r");
      for (let at = from; at < to; at += CHUNK_BYTES) {
        const chunk = new Uint8Array(Math.min(CHUNK_BYTES, to - at));
        readSync(file, chunk, 0, chunk.length, at);
        yield chunk;
      }
      closeSync(file);
    },
  };
}

export function storeIn(folder: string, meter: Meter): RangedStore {
  mkdirSync(folder);
  const pathOf = (name: string) => join(folder, encodeURIComponent(name));
  const ranged = (name: string, from: number, to: number) => {
    const bytes = new Uint8Array(to - from);
    const file = openSync(pathOf(name), "r");
    readSync(file, bytes, 0, bytes.length, from);
    closeSync(file);
    meter.read();
    return bytes;
  };
  return {
    async get(name) {
      meter.read();
      return new Uint8Array(readFileSync(pathOf(name)));
    },
    getRange: async (name, from, to) => ranged(name, from, to),
    async put(name, bytes) {
      meter.write();
      writeFileSync(pathOf(name), bytes);
    },
  };
}
