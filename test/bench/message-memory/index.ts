/**
 * The most memory that each kind of message takes in the trainer, on Gowalla: data, engine, what is read or written, and the kernels.
 *
 * `node test/bench/message-memory/index.ts DATA [--only trial,final] [--account]` where DATA has the folder `gowalla`.
 * All messages run in one process one after another, as in one isolate, which keeps what it loaded and the kernels. An object store of
 * files takes no memory. Live memory is sampled after garbage collection, at each large allocation too. `--account` names what is in use at
 * the peak of each message.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { type FitShape, shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { blendParams } from "#engine/tune/blend/blend-candidates.ts";
import type { IngestionSpec } from "#jobs/ingestion-job.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { BlendSlot } from "#jobs/study-work.ts";
import { datasetKey, modelKey, uploadKey } from "#storage/keys.ts";
import { TrainerWorld } from "./trainer-world.ts";

const BUDGET_MB = 96;
const PROJECT = 1;
const DATA = 2;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    account: { type: "boolean" },
    "slice-ms": { type: "string", default: "4000" },
  },
});
const folder = positionals[0];
if (!folder) throw new Error("Name the folder of the public data sets.");
const only = options.only?.split(",");

const KNN: AlgorithmParams = { b: 1, a1: 0.7, a2: 0.15, top_k: 100 };
const IALS: AlgorithmParams = { n_components: 256, alpha0: 0.01, reg: 0.003, train_epochs: 2 };
/** The largest of what a study on this data tries. */
const TRIALS: readonly (readonly [AlgorithmName, AlgorithmParams])[] = [
  ["DegreeKNN", KNN],
  ["IALS", IALS],
  ["SparseSLIM", {}],
  ["GFCF", { n_components: 256, ideal_weight: 0.3 }],
  ["TurboCF", { alpha: 0.6, power: 0.7, order: 1, top_k: 200 }],
];

const study: StudySpec = {
  ...{ jobId: 3, projectId: PROJECT, dataId: DATA, datasetKey: datasetKey(PROJECT, DATA) },
  split: {
    scheme: "RG",
    heldout_ratio: 0.1,
    n_heldout: null,
    test_user_ratio: 1,
    n_test_users: null,
    seed: 42,
  },
  ...{
    metric: "ndcg",
    cutoff: 20,
    algorithms: null,
    hasTimes: false,
    trialCount: 40,
    parallelTrials: 1,
    seed: 7,
  },
  ...{ overallTimeoutMs: null, trialTimeoutMs: null, trainAfterTuning: true, triesBlend: true },
};

const world = new TrainerWorld(Number(options["slice-ms"]), options.account);
let shape: FitShape | null = null;

/** Runs a message if it is wanted, and prints the most that it took. */
async function measure(
  name: string,
  run: () => Promise<unknown>,
  fit?: readonly [AlgorithmName, AlgorithmParams],
) {
  if (only && !only.some((wanted) => name.startsWith(wanted))) return;
  world.memory.peakBytes = 0;
  await run();
  report(name, fit);
}

function report(name: string, fit?: readonly [AlgorithmName, AlgorithmParams]): void {
  const peak = world.memory.peakBytes / 1e6;
  const estimate = fit && shape ? estimateFit(shape, ...fit).peakMb.toFixed(0) : "";
  const verdict = peak > BUDGET_MB ? "too much" : "";
  process.stdout.write(
    `${name.padEnd(34)} ${peak.toFixed(1).padStart(6)} ${estimate.padStart(5)}  ${verdict}\n`,
  );
  if (peak > BUDGET_MB) process.exitCode = 1;
  world.memory.peakBytes = 0;
  const { account } = world.memory;
  if (!account) return;
  const { heapBytes, bufferBytes, kernelBytes, allocatedBytes } = account;
  const sums = {
    heap: heapBytes,
    arrays: bufferBytes,
    kernels: kernelBytes,
    "of these in use": allocatedBytes,
  };
  const line = Object.entries(sums).map(([what, bytes]) => `${what} ${(bytes / 1e6).toFixed(1)}`);
  process.stdout.write([line.join(", "), ...account.arrays].map((text) => `    ${text}\n`).join(""));
}

/** The whole of Gowalla as an uploaded file. */
async function upload(): Promise<string> {
  const rows = ["train.txt", "test.txt"].flatMap((name) =>
    readFileSync(join(folder as string, "gowalla", name), "utf8")
      .trim()
      .split("\n")
      .flatMap((line) => {
        const [user, ...items] = line.trim().split(" ");
        return items.map((item) => `${user},${item}`);
      }),
  );
  const key = uploadKey(PROJECT, "gowalla");
  await world.bucket.put(key, new TextEncoder().encode(`user,item\n${rows.join("\n")}\n`));
  const builder = new DatasetBuilder({ hasTimes: false });
  for (const row of rows) builder.add(...(row.split(",") as [string, string]), 1, Number.NaN);
  shape = shapeOf((await builder.finish(async () => undefined)).dataset.userItems);
  return key;
}

const fileKey = await upload();
const columns = { user: "user", item: "item", time: null };
process.stdout.write(`${"message".padEnd(34)}     MB  estimate of the message\n`);
const ingestion: IngestionSpec = {
  source: "training_data",
  ...{ rowId: DATA, projectId: PROJECT, fileKey, fileName: "gowalla.csv", columns },
  artifactKey: study.datasetKey,
};
world.memory.peakBytes = 0;
await world.ingest(ingestion);
report("ingest");
await measure("plan", () => world.work(study, { kind: "plan" }));
const kept: BlendSlot[] = [];
for (const [algorithm, params] of TRIALS) {
  const configuration = { algorithm, params };
  await measure(`trial ${algorithm}`, () => world.trial(study, { configuration, keepFrom: 0 }), [
    algorithm,
    params,
  ]);
  await measure(
    `finalist ${algorithm}`,
    () => world.work(study, { kind: "finalist", trial: 0, configuration }),
    [algorithm, params],
  );
}
for (const [trial, [algorithm, params]] of TRIALS.slice(0, 2).entries()) {
  const configuration = { algorithm, params };
  await measure(`fit-part ${algorithm}`, async () => {
    const { part } = await world.work(study, { kind: "fit-part", trial, configuration });
    kept.push([{ trial, configuration, value: 0.1, part }]);
  }, [algorithm, params]);
}
await measure("blend-weights", () => world.work(study, { kind: "blend-weights", slots: kept }));
const blend = blendParams([
  { algorithm: "DegreeKNN", params: KNN, weight: 1 },
  { algorithm: "IALS", params: IALS, weight: 2.2 },
]);
const winner = { algorithm: "Blend", params: blend } as const;
await measure("final Blend", () => world.work(study, { kind: "final", winner }), ["Blend", blend]);
for (const [at, [algorithm, params]] of (
  [
    ["IALS", IALS],
    ["Blend", blend],
  ] as const
).entries()) {
  const modelId = 5 + at;
  const training = {
    ...{
      modelId,
      projectId: PROJECT,
      dataId: DATA,
      datasetKey: study.datasetKey,
      algorithm,
      params,
      seed: 5,
      version: 1,
    },
    artifactKey: modelKey(PROJECT, modelId),
  };
  await measure(`slices ${algorithm}`, () =>
    world.train(training, (slice) => report(`slice ${slice} ${algorithm}`, [algorithm, params])),
  );
}
world.remove();
