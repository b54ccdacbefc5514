/** One fit on one split, measured. */
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createEvaluation } from "#engine/evaluate/evaluation.ts";
import type { ScoringModel } from "#engine/evaluate/user-ranker.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { createRandom } from "#engine/random.ts";
import { COLD_RATIO, COLD_SCHEMES, splitCold } from "#engine/split/cold-split.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import type { Case } from "./cases.ts";
import { withColdWeights } from "./cold-weights.ts";
import type { FeatureData } from "./feature-data.ts";

export const SPLITS = ["warm", ...COLD_SCHEMES] as const;
export type SplitName = (typeof SPLITS)[number];
export const CUTOFF = 10;

export interface Parts {
  readonly train: CsrMatrix;
  readonly heldout: CsrMatrix;
  /** Undefined: all items are ranked. */
  readonly candidates: Uint32Array | undefined;
}

export interface Measured {
  /** ndcg@10, mean over the users with held-out items. */
  readonly ndcg: number;
  /** Processor seconds. */
  readonly fitSeconds: number;
  readonly bytes: number;
}

/** A fifth of each user's interactions, of all items, or of all users is held out. */
export function partsOf(userItems: CsrMatrix, split: SplitName, seed: number): Parts {
  if (split !== "warm") return splitCold(userItems, split, COLD_RATIO, seed);
  const config = {
    scheme: "RG",
    heldout_ratio: COLD_RATIO,
    n_heldout: null,
    test_user_ratio: 1,
    n_test_users: null,
  } as const;
  return { ...splitTrainTest({ userItems, times: null }, config, seed), candidates: undefined };
}

export function measureCase(
  one: Case,
  { features }: FeatureData,
  parts: Parts,
  { kernels, seed }: { readonly kernels: Kernels; readonly seed: number },
): Measured {
  const { algorithm } = one;
  const tuning = { train: parts.train, features, kernels, seed, cutoff: CUTOFF };
  const params = one.tunesCold ? withColdWeights(one.params, tuning) : one.params;
  const startedAt = process.cpuUsage();
  const task = beginFit({ algorithm, params, userItems: parts.train, features, kernels, seed });
  while (!task.done) task.step();
  const model: Model = task.model();
  task.dispose();
  const { user, system } = process.cpuUsage(startedAt);
  const ndcg = ndcgOf(model, parts, features.users);
  const bytes = model.encode().reduce((sum, { data }) => sum + data.byteLength, 0);
  model.dispose();
  return { ndcg, fitSeconds: (user + system) / 1e6, bytes };
}

/** What a list in random order has. */
export function measureRandom(parts: Parts, seed: number): Measured {
  const random = createRandom(seed);
  const scoreUserInto: ScoringModel["scoreUserInto"] = (_user, _profile, out) => {
    for (let item = 0; item < out.length; item++) out[item] = 1 + random.next();
  };
  // It reads features, so that it scores people without interactions, too.
  const model = { itemCount: parts.train.columnCount, scoreUserInto, readsUserFeatures: true };
  const everybody = { rowCount: parts.train.rowCount, columnCount: 1 };
  const one = {
    ...everybody,
    indptr: Uint32Array.from({ length: parts.train.rowCount + 1 }, (_, row) => row),
    indices: new Uint32Array(parts.train.rowCount),
    values: new Float32Array(parts.train.rowCount).fill(1),
  };
  return { ndcg: ndcgOf(model, parts, one), fitSeconds: 0, bytes: 0 };
}

function ndcgOf(
  model: ScoringModel,
  { train, heldout, candidates }: Parts,
  userFeatures?: CsrMatrix,
): number {
  const evaluation = createEvaluation({
    model,
    seen: train,
    heldout,
    candidates,
    cutoffs: [CUTOFF],
    userFeatures,
  });
  while (!evaluation.done) evaluation.step();
  return evaluation.result().metrics[`ndcg@${CUTOFF}`] as number;
}
