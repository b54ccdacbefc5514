/**
 * LightFM of ours against LightFM's own, with the same parameters on the same splits and the same rows of features, in turns on one
 * thread: ndcg@10 and processor seconds of an epoch.
 *
 * Run: node test/bench/peers/light-fm.ts DATA_DIR --python PYTHON [--data ml-100k,hetrec2011-lastfm-2k] [--seeds 0,1,2,3,4]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { embeddingRows } from "#engine/algorithms/factorization/embedding-rows.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { SideFeatures } from "#engine/data/side-features.ts";
import { createEvaluation } from "#engine/evaluate/evaluation.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { encode, type FeatureData, readLastFm, readMovieLens100k } from "../features/feature-data.ts";
import { writeMatrix } from "../features/lightfm.ts";
import { CUTOFF, type Parts, partsOf, type SplitName } from "../features/measure-case.ts";

interface Case {
  readonly label: string;
  readonly split: SplitName;
  readonly dim: number;
  readonly hasFeatures: boolean;
  /** Whether items have an embedding of their own. */
  readonly hasItemIds: boolean;
}

/** The rows of LightFM's best known figures. */
const CASES: readonly Case[] = [
  { label: "ids", split: "warm", dim: 48, hasFeatures: false, hasItemIds: true },
  { label: "ids + features", split: "warm", dim: 48, hasFeatures: true, hasItemIds: true },
  { label: "features of items", split: "cold-items", dim: 32, hasFeatures: true, hasItemIds: false },
  { label: "ids + features", split: "cold-items", dim: 32, hasFeatures: true, hasItemIds: true },
  { label: "ids + features", split: "cold-users", dim: 32, hasFeatures: true, hasItemIds: true },
];
const EPOCHS = 20;
const RATE = 0.05;
const READERS = { "ml-100k": readMovieLens100k, "hetrec2011-lastfm-2k": readLastFm };

/** By row: ours by the trained vectors of users and by those folded in, then theirs; processor seconds of an epoch of both. */
interface Measured {
  readonly own: number;
  readonly folded: number;
  readonly peer: number;
  readonly ownSeconds: number;
  readonly peerSeconds: number;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    data: { type: "string", default: Object.keys(READERS).join(",") },
    seeds: { type: "string", default: "0,1,2,3,4" },
  },
});
const [folder] = positionals;
const { python } = values;
if (folder === undefined || python === undefined) {
  process.stderr.write(
    "Usage: node test/bench/peers/light-fm.ts DATA_DIR --python PYTHON [--data A,B] [--seeds 0,1]\n",
  );
  process.exit(2);
}
const kernels = loadWasmKernels();
const seeds = values.seeds.split(",").map(Number);

for (const [name, read] of Object.entries(READERS)) {
  if (!values.data.split(",").includes(name)) continue;
  const data = encode(read(folder));
  print(`\n${name}, ${seeds.length} seeds\n`);
  print("| split | features | ours | ours, folded in | LightFM | ours, s an epoch | LightFM, s an epoch |");
  print("| --- | --- | --- | --- | --- | --- | --- |");
  for (const one of CASES) {
    const rows = seeds.map((seed) => measured(one, data, partsOf(data.userItems, one.split, seed), seed));
    const column = (key: keyof Measured) => rows.map((row) => row[key]);
    const figures = [spread(column("own")), spread(column("folded")), spread(column("peer"))];
    const seconds = [mean(column("ownSeconds")), mean(column("peerSeconds"))].map((all) => all.toFixed(3));
    print(`| ${[one.split, one.label, ...figures, ...seconds].join(" | ")} |`);
  }
}

function measured(one: Case, data: FeatureData, parts: Parts, seed: number): Measured {
  const features = one.hasFeatures ? data.features : {};
  const params = {
    ...{ n_components: one.dim, train_epochs: EPOCHS, learning_rate: RATE, item_identity: one.hasItemIds },
  };
  const task = beginFit({ algorithm: "LightFM", params, userItems: parts.train, features, kernels, seed });
  const startedAt = process.cpuUsage();
  while (!task.done) task.step();
  const { user, system } = process.cpuUsage(startedAt);
  const model = task.model();
  task.dispose();
  const own = ndcgOf(model, parts, features);
  const decoded = algorithmOf("LightFM").decode(model.encode(), kernels);
  const folded = ndcgOf(decoded, parts, features);
  model.dispose();
  decoded.dispose();
  const peer = peerOf(one, parts, features, seed);
  return { own, folded, ownSeconds: (user + system) / 1e6 / EPOCHS, ...peer };
}

/** Throws what Python printed if it fails. */
function peerOf(one: Case, { train, heldout, candidates }: Parts, features: SideFeatures, seed: number) {
  const scaling = { normalization: "features", featureWeight: 0.5 } as const;
  const items = embeddingRows(train.columnCount, features.items, { ...scaling, hasIdentity: one.hasItemIds });
  const users = embeddingRows(train.rowCount, features.users, { ...scaling, hasIdentity: true });
  const place = mkdtempSync(join(tmpdir(), "edgewise-light-fm-"));
  try {
    writeMatrix(place, "train", train);
    writeMatrix(place, "heldout", heldout);
    writeMatrix(place, "items", items.matrix);
    writeMatrix(place, "users", users.matrix);
    const settings = { seed, dim: one.dim, epochs: EPOCHS, rate: RATE, cutoff: CUTOFF };
    writeFileSync(
      join(place, "settings.json"),
      JSON.stringify({ ...settings, candidates: candidates ? [...candidates] : null }),
    );
    const script = fileURLToPath(new URL("light_fm.py", import.meta.url));
    const { status, stdout, stderr, error } = spawnSync(python as string, [script, place], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${python} failed: ${error?.message ?? stderr}`);
    return JSON.parse(stdout) as Pick<Measured, "peer" | "peerSeconds">;
  } finally {
    rmSync(place, { recursive: true });
  }
}

function ndcgOf(model: Model, { train, heldout, candidates }: Parts, { users }: SideFeatures): number {
  const evaluation = createEvaluation({
    ...{ model, seen: train, heldout, candidates, cutoffs: [CUTOFF], userFeatures: users },
  });
  while (!evaluation.done) evaluation.step();
  return evaluation.result().metrics[`ndcg@${CUTOFF}`] as number;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one / numbers.length, 0);
}

/** Mean and standard deviation over seeds. */
function spread(numbers: readonly number[]): string {
  const middle = mean(numbers);
  const deviation = Math.sqrt(mean(numbers.map((one) => (one - middle) ** 2)));
  return `${middle.toFixed(4)} ± ${deviation.toFixed(4)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
