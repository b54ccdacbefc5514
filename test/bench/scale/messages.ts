/**
 * What each message of an ingestion takes: processor seconds, the memory it adds, and operations on R2, by stage, with the price. Runs the tasks one after
 * another in this process on files in a folder.
 *
 * `node --expose-gc test/bench/scale/messages.ts [--rows 1000000,5000000,20000000] [--memory]`; to measure memory, garbage is collected at each peak, which takes
 * processor time
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PRICES } from "#contract/prices.ts";
import { finishDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { FIRST_INGEST_STAGES, type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import {
  INGEST_SIZES,
  type IngestWork,
  type RangedFile,
  type RangedStore,
} from "#engine/scale/ingest/ingest-work.ts";
import { gunzip } from "#platform/gunzip.ts";
import { madeRatings, shapeOf } from "./made-ratings.ts";

const CHUNK_BYTES = 65_536;

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000,5000000,20000000" },
    memory: { type: "boolean", default: false },
  },
});

interface StageFigures {
  tasks: number;
  cpuMs: number;
  mostCpuMs: number;
  mostBytes: number;
  reads: number;
  writes: number;
}

async function measure(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-messages-"));
  try {
    const path = join(folder, "ratings.csv");
    const written = openSync(path, "w");
    for (const text of madeRatings(shapeOf(rows))) writeSync(written, text);
    closeSync(written);
    const meter = new Meter();
    const work = workOn(path, folder, meter);
    const stages: { readonly name: IngestStage["name"] | "finish"; readonly taskCount: number }[] = [
      ...FIRST_INGEST_STAGES,
    ];
    for (let at = 0; at < stages.length; at++) {
      const { name, taskCount } = stages[at] as (typeof stages)[number];
      for (let task = 0; task < taskCount; task++) {
        await meter.measure(name, async () => {
          if (name === "finish") await finishDataset(work);
          else stages.push(...(await runIngestTask(work, name, task)));
          if (name === "order") stages.push({ name: "finish", taskCount: 1 });
        });
      }
    }
    meter.print(rows, statSync(path).size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Meter {
  readonly #stages = new Map<string, StageFigures>();
  #current: StageFigures | null = null;
  #base = 0;

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
    if (!options.memory || !figures || liveBytes() - this.#base <= figures.mostBytes) return;
    globalThis.gc?.();
    figures.mostBytes = Math.max(figures.mostBytes, liveBytes() - this.#base);
  }

  print(rows: number, bytes: number): void {
    console.log(`${rows} rows, ${(bytes / 1e6).toFixed(0)} MB`);
    const all = [...this.#stages];
    for (const [name, { tasks, cpuMs, mostCpuMs, mostBytes, reads, writes }] of all) {
      console.log(
        `  ${name.padEnd(7)} ${tasks} messages, ${(cpuMs / 1000).toFixed(2)} s of CPU, at most ${(mostCpuMs / 1000).toFixed(2)} s${options.memory ? ` and ${(mostBytes / 1e6).toFixed(0)} MB` : ""} each, ${reads} reads, ${writes} writes`,
      );
    }
    const sum = (field: keyof StageFigures) => all.reduce((total, [, figures]) => total + figures[field], 0);
    const dollars =
      (sum("cpuMs") * PRICES.cpuMs +
        sum("writes") * PRICES.r2Write +
        sum("reads") * PRICES.r2Read +
        sum("tasks") * MESSAGE_PRICE) /
      1e6;
    console.log(
      `  all: ${sum("tasks")} messages, ${(sum("cpuMs") / 1000).toFixed(1)} s of CPU, ${sum("reads")} reads, ${sum("writes")} writes, $${dollars.toFixed(4)}, $${((dollars / rows) * 1e6).toFixed(5)} a million rows`,
    );
  }
}

/** A message is written, read and deleted, and its task calls the job's object two times. */
const MESSAGE_PRICE = 3 * PRICES.queueOperation + 2 * PRICES.objectRequest + PRICES.rowWritten * 2;

function liveBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function workOn(path: string, folder: string, meter: Meter): IngestWork {
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

function storeIn(folder: string, meter: Meter): RangedStore {
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

for (const rows of options.rows.split(",").map(Number)) await measure(rows);
