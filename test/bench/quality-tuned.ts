/**
 * Chooses the parameters of a blend of neighbours and factors on 90 % of Gowalla's train part alone. Then it fits them on all
 * of train and measures them on the test part. How:
 *
 * 1. The last 20 % of each user's list are held out, in the order of the file; 3,000 users are measured, by ndcg@20.
 * 2. DegreeKNN: its starting points, then what the sampler suggests.
 * 3. IALS at 64 components for alpha0 and reg, epochs by early stopping; then at 256 components the two best pairs.
 * 4. The weight from the validation scores of both models.
 *
 * Run: node test/bench/quality-tuned.ts DATA_DIR [--trials 40] [--factor-trials 10] [--seed 1]
 */
import { parseArgs } from "node:util";
import type { AlgorithmName, AlgorithmParams } from "../../shared/contract/algorithms.ts";
import { algorithmOf } from "../../shared/engine/algorithms/registry.ts";
import type { Section } from "../../shared/engine/artifact/section.ts";
import { transpose } from "../../shared/engine/data/transpose.ts";
import type { Kernels } from "../../shared/engine/kernels/kernels.ts";
import { chooseBlendWeights } from "../../shared/engine/tune/blend/blend-weights.ts";
import { validationSample } from "../../shared/engine/tune/plan/validation-sample.ts";
import { type FittedTrial, runTrial } from "../../shared/engine/tune/run/run-trial.ts";
import { chooseTrial } from "../../shared/engine/tune/sampler/choose-trial.ts";
import { type RangeLimits, toConfiguration } from "../../shared/engine/tune/sampler/search-space.ts";
import { runToEnd } from "../../shared/engine/tune/trial/run-to-end.ts";
import type { TrialRecord } from "../../shared/engine/tune/trial/trial.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import { blendOf } from "./quality-cases.ts";
import { readGowalla, readGowallaHoldout } from "./quality-data.ts";
import { measureQuality } from "./quality-row.ts";

const HOLDOUT_RATIO = 0.2;
const USERS = 3000;
const LIST_LENGTH = 100;
const TARGET = { metric: "ndcg", cutoff: 20 } as const;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    trials: { type: "string", default: "40" },
    "factor-trials": { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write(
    "Usage: node test/bench/quality-tuned.ts DATA_DIR [--trials 40] [--factor-trials 10] [--seed 1]\n",
  );
  process.exit(2);
}
const seed = Number(values.seed);
const { train, test: validation } = readGowallaHoldout(folder, HOLDOUT_RATIO);
const users = validationSample(validation, seed, USERS);

const knn = tune("DegreeKNN", Number(values.trials), {
  "DegreeKNN.top_k": { low: LIST_LENGTH, high: LIST_LENGTH },
})[0];
const narrow = tune("IALS", Number(values["factor-trials"]), {
  "IALS.n_components": { low: 64, high: 64 },
});
const wide = narrow
  .slice(0, 2)
  .map(({ params }) => runOne("IALS", { ...params, n_components: 256 }))
  .sort((a, b) => b.value - a.value);
const factors = wide[0];
if (!knn || !factors) throw new Error("No trial was completed.");

const { parts, value } = blend(knn.params, factors.params);
const [neighbours, latent] = parts;
const chosen = blendOf(
  {
    DegreeKNN: knn.params,
    IALS: factors.params,
  },
  { DegreeKNN: neighbours?.weight ?? 0, IALS: latent?.weight ?? 0 },
);
print(`blend: ${value.toFixed(4)} on validation with ${JSON.stringify(chosen.params)}`);
const row = measureQuality(chosen, readGowalla(folder), TARGET.cutoff);
print(
  `test: recall@20 ${row.recall.toFixed(4)}, ndcg@20 ${row.ndcg.toFixed(4)}, ${row.storedMb.toFixed(1)} MB stored`,
);

/** Complete trials, best first. */
function tune(algorithm: AlgorithmName, trialCount: number, limits: RangeLimits): FittedTrial[] {
  const history: TrialRecord[] = [];
  const outcomes: FittedTrial[] = [];
  for (let number = 0; number < trialCount; number++) {
    const params = chooseTrial([algorithm], history, { seed, trialNumber: number, limits });
    if (params === null) break;
    const own = { ...toConfiguration(params).params };
    // Starting points ignore the limits.
    for (const [name, { low, high }] of Object.entries(limits)) {
      const param = name.slice(algorithm.length + 1);
      if (low === high && low !== undefined) own[param] = low;
    }
    const outcome = runOne(algorithm, own);
    history.push({ number, state: "COMPLETE", params, value: outcome.value, reports: [] });
    outcomes.push(outcome);
  }
  return outcomes.sort((a, b) => b.value - a.value);
}

function runOne(algorithm: AlgorithmName, params: AlgorithmParams): FittedTrial {
  const kernels = loadWasmKernels();
  const split = { train, validation };
  const outcome = runToEnd(runTrial({ split, algorithm, params, ...TARGET, kernels, seed, users }));
  print(`${algorithm} ${outcome.value.toFixed(4)} ${JSON.stringify(outcome.params)}`);
  return outcome;
}

function blend(knnParams: AlgorithmParams, factorParams: AlgorithmParams) {
  const kernels = loadWasmKernels();
  const stored = [
    { algorithm: "DegreeKNN", sections: fitted("DegreeKNN", knnParams, kernels) },
    { algorithm: "IALS", sections: fitted("IALS", factorParams, kernels) },
  ] as const;
  const input = { slots: [1, 1], seen: train, heldout: validation, ...TARGET, seed, maxUsers: USERS };
  return runToEnd(chooseBlendWeights(input), (step) => {
    const own = step.type === "open" ? stored[step.slot] : undefined;
    return own && algorithmOf(own.algorithm).decode(own.sections, kernels);
  });
}

function fitted(algorithm: AlgorithmName, params: AlgorithmParams, kernels: Kernels): Section[] {
  const input = { userItems: train, itemUsers: transpose(train), kernels, seed };
  const task = algorithmOf(algorithm).begin(input, params);
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  const sections = model.encode();
  model.dispose();
  return sections;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
