/**
 * The table of models with and without features: ndcg@10 of known users and items (20 % of each user held out), of new items (20 %
 * of them, ranked among themselves) and of new users (20 %, all items ranked), means over seeds. Public data are not part of the
 * project; pass the folder that holds them. Run: node test/bench/features/index.ts DATA_DIR [--set NAME] [--only ALGORITHM] [--seeds 0,1]
 */
import { parseArgs } from "node:util";
import type { AlgorithmName, AlgorithmParams } from "../../../shared/contract/algorithms.ts";
import type { CsrMatrix } from "../../../shared/engine/data/csr-matrix.ts";
import { createEvaluation } from "../../../shared/engine/evaluate/evaluation.ts";
import { COLD_SCHEMES, splitCold } from "../../../shared/engine/split/cold-split.ts";
import { splitTrainTest } from "../../../shared/engine/split/split-train-test.ts";
import { beginFit } from "../../../shared/engine/tune/run/fit-steps.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { type FeatureData, readLastFm, readMovieLens100k } from "./feature-data.ts";

interface Case {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

/** Chosen by hand. The penalties of the maps are the defaults. */
const DENSE = { n_components: 64, alpha0: 0.6, reg: 0.01 };
const SPARSE = { n_components: 64, alpha0: 0.04, reg: 0.005, confidence_scaling: "log", epsilon: 260 };

const SETS: Readonly<
  Record<string, { readonly read: (folder: string) => FeatureData; readonly cases: readonly Case[] }>
> = {
  "ml-100k": {
    read: readMovieLens100k,
    cases: [
      { algorithm: "TopPop", params: {} },
      { algorithm: "DegreeKNN", params: { b: 0.5, a1: 0.7, a2: 0.6 } },
      { algorithm: "IALS", params: DENSE },
      { algorithm: "FeatureIALS", params: DENSE },
    ],
  },
  "hetrec2011-lastfm-2k": {
    read: readLastFm,
    cases: [
      { algorithm: "TopPop", params: {} },
      { algorithm: "DegreeKNN", params: { b: 0.5, a1: 0.7, a2: 0.3 } },
      { algorithm: "IALS", params: SPARSE },
      { algorithm: "FeatureIALS", params: SPARSE },
    ],
  },
};

const SPLITS = ["warm", ...COLD_SCHEMES] as const;
const RATIO = 0.2;
const CUTOFF = 10;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string" },
    only: { type: "string" },
    seeds: { type: "string", default: "0,1,2,3,4" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write(
    "Usage: node test/bench/features/index.ts DATA_DIR [--set NAME] [--only ALGORITHM] [--seeds 0,1]\n",
  );
  process.exit(2);
}
const seeds = values.seeds.split(",").map(Number);
const kernels = loadWasmKernels();

for (const [name, { read, cases }] of Object.entries(SETS)) {
  if (values.set !== undefined && values.set !== name) continue;
  const data = read(folder);
  const { userItems, features } = data;
  print(
    `\n${name}: ${userItems.rowCount} × ${userItems.columnCount}, ${userItems.indices.length} interactions, ` +
      `${features.items?.columnCount ?? 0} features of items and ${features.users?.columnCount ?? 0} of users\n`,
  );
  print(
    "| algorithm | warm | cold items | cold users | fit, CPU s | stored, MB |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const one of cases) {
    if (values.only !== undefined && values.only !== one.algorithm) continue;
    const rows = SPLITS.map((split) => seeds.map((seed) => measured(one, data, split, seed)));
    const figures = rows.map((row) => spread(row.map(({ ndcg }) => ndcg)));
    const [warm = []] = rows;
    const seconds = mean(warm.map(({ fitSeconds }) => fitSeconds)).toFixed(2);
    const stored = mean(warm.map(({ storedMb }) => storedMb)).toFixed(2);
    print(`| ${[one.algorithm, ...figures, seconds, stored].join(" | ")} |`);
  }
}

interface Measured {
  readonly ndcg: number;
  /** Processor seconds. */
  readonly fitSeconds: number;
  readonly storedMb: number;
}

function measured(
  { algorithm, params }: Case,
  data: FeatureData,
  split: (typeof SPLITS)[number],
  seed: number,
): Measured {
  const { train, heldout, candidates } = partsOf(data.userItems, split, seed);
  const { features } = data;
  const startedAt = process.cpuUsage();
  const task = beginFit({ algorithm, params, userItems: train, features, kernels, seed });
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  const { user, system } = process.cpuUsage(startedAt);
  const evaluation = createEvaluation({
    ...{ model, seen: train, heldout, candidates, cutoffs: [CUTOFF], userFeatures: features.users },
  });
  while (!evaluation.done) evaluation.step();
  const ndcg = evaluation.result().metrics[`ndcg@${CUTOFF}`] as number;
  const storedMb = model.encode().reduce((sum, section) => sum + section.data.byteLength, 0) / 1e6;
  model.dispose();
  return { ndcg, fitSeconds: (user + system) / 1e6, storedMb };
}

function partsOf(userItems: CsrMatrix, split: (typeof SPLITS)[number], seed: number) {
  if (split !== "warm") return splitCold(userItems, split, RATIO, seed);
  const config = {
    scheme: "RG",
    heldout_ratio: RATIO,
    n_heldout: null,
    test_user_ratio: 1,
    n_test_users: null,
  } as const;
  return { ...splitTrainTest({ userItems, times: null }, config, seed), candidates: undefined };
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
