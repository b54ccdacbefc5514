/**
 * The estimate of an ingestion and of fits by blocks beside what they take, for five shapes of data. Everything runs in this process, with objects on
 * disk.
 *
 * `node --expose-gc test/bench/scale/estimate.ts [--rows 1200000] [--only uniform] [--fits IALS] [--stages]`
 *
 * The estimate of the ingestion knows the size of the file and the length of its rows from three samples, and in a second line how many users and items
 * there are; that of a fit knows how many users, items and interactions there are. Processor seconds are those of a machine on which `speed` takes `REFERENCE_MS`: before and after each piece of work this one says
 * how fast it is now.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createNodeKernels } from "#cli/files/node-kernels.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { DTYPES } from "#engine/artifact/format.ts";
import type { Section, SectionData } from "#engine/artifact/section.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { blockedDatasetOf } from "#engine/scale/blocks/dataset-blocks.ts";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import { estimateBlockedFit, expectedShape } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { estimateIngestion, expectedCut } from "#engine/scale/estimate/estimate-ingestion.ts";
import { type StagesCounts, totalDollars } from "#engine/scale/estimate/stages-estimate.ts";
import type { FinishedDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { ingestStages } from "#engine/scale/ingest/ingest-load.ts";
import type { IngestWork } from "#engine/scale/ingest/ingest-work.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import type { PlannedStage } from "#engine/scale/plan/staged-plan.ts";
import { diskObjects } from "./disk-objects.ts";
import { madeRatings, type RatingsShape, shapeOf } from "./made-ratings.ts";
import { Meter, runMeasured, workOn } from "./measured-ingestion.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1200000" },
    only: { type: "string" },
    fits: { type: "string", default: "IALS" },
    stages: { type: "boolean", default: false },
  },
});

/** What `speed` took where the rates were measured. */
const REFERENCE_MS = 100;
const SAMPLE_BYTES = 65_536;

const PARAMS: { readonly [Name in AlgorithmName]?: Record<string, number> } = {
  IALS: { n_components: 64, train_epochs: 4 },
  DegreeKNN: { top_k: 100 },
  TruncatedSVD: { n_components: 64 },
};

function shapesOf(rows: number): Readonly<Record<string, RatingsShape>> {
  return {
    "long-tailed": shapeOf(rows),
    uniform: { users: rows / 100, items: 10_000, interactions: rows, userExponent: 0, itemExponent: 0 },
    "many users, few items": { users: rows / 5, items: 1_000, interactions: rows },
    "few users, many items": { users: rows / 1_000, items: 100_000, interactions: rows, itemExponent: 0.5 },
    "wide text rows": { ...shapeOf(rows / 4), textLength: 200 },
  };
}

/** Milliseconds of processor time of numbers that are read from text, sorted and added. */
function speed(): number {
  const runs = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage();
    const text = Array.from({ length: 60_000 }, (_, at) => `${(at * 7_919) % 60_013},${at}`).join("\n");
    const values = Float64Array.from(text.split("\n"), (line) => Number(line.split(",")[0]));
    values.sort();
    let sum = 0;
    for (let turn = 0; turn < 100; turn++) for (const value of values) sum += value;
    const { user, system } = process.threadCpuUsage(before);
    return sum > 0 ? (user + system) / 1_000 : 0;
  });
  return runs.sort((a, b) => a - b)[2] as number;
}

interface Measured {
  readonly meter: Meter;
  /** Mean of before and after. */
  readonly speedMs: number;
}

async function measured<Result>(
  run: (meter: Meter) => Promise<Result>,
): Promise<Measured & { result: Result }> {
  const meter = new Meter();
  const before = speed();
  const result = await run(meter);
  return { meter, speedMs: (before + speed()) / 2, result };
}

async function measureShape(name: string, shape: RatingsShape): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-estimate-"));
  try {
    const path = join(folder, "ratings.csv");
    const written = openSync(path, "w");
    for (const text of madeRatings(shape)) writeSync(written, text);
    closeSync(written);
    const file = { bytes: statSync(path).size, rowBytes: rowBytesAt(path), hasTimes: true };
    const work: { current: IngestWork | null } = { current: null };
    const ingestion = await measured((meter) => {
      work.current = workOn(path, folder, meter);
      return runMeasured(work.current, meter);
    });
    const { users, items } = ingestion.result.report;
    const known = { ...file, users, items };
    printRow(`${name}: ingestion, by size`, estimateIngestion(file), ingestion);
    printRow(`${name}: ingestion, by users and items`, estimateIngestion(known), ingestion);
    if (options.stages) printStages(ingestStages(expectedCut(known)), ingestion);
    for (const fit of options.fits.split(",")) {
      const { report } = ingestion.result;
      await measureFit(name, fit as AlgorithmName, folder, work.current as unknown as IngestWork, {
        finished: ingestion.result,
        sizes: {
          users: report.users,
          items: report.items,
          interactions: report.interactions,
          hasTimes: true,
        },
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mean length of the lines in samples at the beginning, in the middle and at the end of a file. */
function rowBytesAt(path: string): number {
  const { size } = statSync(path);
  const file = openSync(path, "r");
  let [bytes, lines] = [0, 0];
  for (const at of [0, size / 2, Math.max(0, size - SAMPLE_BYTES)]) {
    const sample = new Uint8Array(SAMPLE_BYTES);
    bytes += readSync(file, sample, 0, SAMPLE_BYTES, Math.floor(at));
    lines += sample.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  }
  closeSync(file);
  return bytes / lines;
}

async function measureFit(
  shapeName: string,
  algorithm: AlgorithmName,
  folder: string,
  work: IngestWork,
  {
    finished,
    sizes,
  }: { readonly finished: FinishedDataset; readonly sizes: Parameters<typeof estimateBlockedFit>[1] },
): Promise<void> {
  const params = PARAMS[algorithm] ?? {};
  const kernels = await createNodeKernels();
  const run = await measured(async (meter) => {
    const data = await datasetOf(work, finished, meter);
    const plan = planBlockedFit(algorithm, data, params, 1);
    const store = countedObjects(diskObjects(join(folder, algorithm)), meter);
    for (const [stage, { name, taskCount }] of plan.stages.entries()) {
      for (let task = 0; task < taskCount; task++) {
        await meter.measure(name, () =>
          plan.runTask(stage, task, { data, store, kernels, breathe: async () => {} }),
        );
      }
    }
  });
  const estimate = estimateBlockedFit(algorithm, sizes, params);
  if (estimate.reason !== null) throw new Error(estimate.reason);
  printRow(`${shapeName}: ${algorithm}`, estimate, run);
  if (options.stages) printStages(planBlockedFit(algorithm, expectedShape(sizes), params, 1).stages, run);
}

/** A deletion lists what it deletes. */
function countedObjects(objects: ObjectStore, meter: Meter): ObjectStore {
  return {
    list: objects.list,
    async get(name) {
      meter.read();
      return objects.get(name);
    },
    async getInto(name, room) {
      meter.read();
      return (await objects.getInto?.(name, room)) ?? null;
    },
    async put(name, bytes) {
      meter.write();
      await objects.put(name, bytes);
    },
    async delete(prefix) {
      meter.write();
      await objects.delete(prefix);
    },
  };
}

/** The dataset that an ingestion left. A block is one read, of the meter of the fit. */
async function datasetOf(
  work: IngestWork,
  { sections }: FinishedDataset,
  meter: Meter,
): Promise<BlockedDataset> {
  const read = async (names: readonly string[]): Promise<Section[]> => {
    const found: Section[] = [];
    for (const { name, dtype, length, object, offset, bytes } of sections.filter((section) =>
      names.includes(section.name),
    )) {
      const stored = (await work.store.getRange(object, offset, offset + bytes)) ?? new Uint8Array();
      found.push({ name, data: new DTYPES[dtype](stored.slice().buffer, 0, length) as SectionData });
    }
    meter.read();
    return found;
  };
  return blockedDatasetOf({ entries: sections, read });
}

const percent = (estimate: number, real: number) =>
  `${estimate >= real ? "+" : ""}${Math.round(100 * (estimate / real - 1))} %`;

function printRow(
  what: string,
  estimate: StagesCounts & { readonly dollars: number },
  { meter, speedMs }: Measured,
): void {
  const all = [...meter.stages.values()];
  const sum = (field: "tasks" | "cpuMs" | "reads" | "writes") =>
    all.reduce((total, figures) => total + figures[field], 0);
  const cpuSeconds = sum("cpuMs") / 1000;
  const scaled = (cpuSeconds * REFERENCE_MS) / speedMs;
  const counts = { messages: sum("tasks"), cpuSeconds: scaled, reads: sum("reads"), writes: sum("writes") };
  const pairs = [
    `${estimate.messages} / ${counts.messages}`,
    `${estimate.cpuSeconds.toFixed(1)} / ${scaled.toFixed(1)} (${percent(estimate.cpuSeconds, scaled)}; here ${cpuSeconds.toFixed(1)})`,
    `${estimate.reads} / ${counts.reads} (${percent(estimate.reads, counts.reads)})`,
    `${estimate.writes} / ${counts.writes} (${percent(estimate.writes, counts.writes)})`,
    `${estimate.dollars.toFixed(5)} / ${totalDollars(counts).toFixed(5)}`,
  ];
  console.log(`| ${[what, ...pairs].join(" | ")} |`);
}

function printStages(stages: readonly PlannedStage[], { meter, speedMs }: Measured): void {
  for (const { name, taskCount, load } of stages) {
    const real = meter.stages.get(name);
    const cpuMs = ((real?.cpuMs ?? 0) * REFERENCE_MS) / speedMs;
    console.error(
      `    ${name.padEnd(9)} tasks ${taskCount} / ${real?.tasks}, CPU ms ${load.cpuMs.toFixed(0)} / ${cpuMs.toFixed(0)}, reads ${load.reads} / ${real?.reads}, writes ${load.writes} / ${real?.writes}, MB ${(load.readBytes / 1e6).toFixed(1)} and ${(load.writtenBytes / 1e6).toFixed(1)}`,
    );
  }
  console.error(`    speed ${speedMs.toFixed(0)} ms`);
}

console.log("| estimate / measured | messages | CPU s | reads | writes | $ |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [name, shape] of Object.entries(shapesOf(Number(options.rows)))) {
  if (!options.only || options.only === name) await measureShape(name, shape);
}
