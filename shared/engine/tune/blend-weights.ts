import type { Model } from "../algorithms/algorithm.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import { EngineError } from "../engine-error.ts";
import type { RankingMetric } from "../evaluate/metrics.ts";
import { createRandom, shuffleInPlace } from "../random.ts";
import { CachedBlendScores } from "./blend-scores.ts";
import type { WorkStep } from "./fit-steps.ts";

export interface BlendWeightsInput {
  /**
   * One slot for each component of the blend, in it the models to choose one of: the same kNN with lists of several lengths, say,
   * as the best weight depends on them. All fitted on `seen`.
   */
  readonly slots: readonly (readonly Pick<Model, "itemCount" | "scoreUserInto">[])[];
  readonly seen: CsrMatrix;
  /** The validation part. */
  readonly heldout: CsrMatrix;
  readonly metric: RankingMetric;
  readonly cutoff: number;
  readonly seed: number;
  /** Users to measure on, drawn by the seed. */
  readonly maxUsers?: number;
}

export interface BlendWeights {
  /** Of each slot the model chosen and its weight; a weight of 0 leaves the slot out. The first weight above 0 is 1. */
  readonly parts: readonly { readonly alternative: number; readonly weight: number }[];
  /** The metric of that blend on the users drawn. */
  readonly value: number;
  /** The metric of each model alone on the same users, by slot. */
  readonly alone: readonly (readonly number[])[];
}

const MAX_USERS = 3000;
/** The share of the progress that scoring takes. */
const SCORING_SHARE = 0.9;
/** Steps of a weight, from coarse to fine. */
const RATIOS = [4, 2, Math.SQRT2, 2 ** 0.25];

type Steps<Result> = Generator<WorkStep, Result, undefined>;

/**
 * Chooses weights, and one model of each slot, for the best blend on validation. Every model scores each user once; what could
 * come to the top is kept and weights are then tried on that: each in turn up and down by ever finer ratios, and 0.
 *
 * Yields after at most one user or one trial of weights. Throws `EMPTY_DATA` when no user has a held-out item.
 */
export function* chooseBlendWeights(input: BlendWeightsInput): Steps<BlendWeights> {
  const models = input.slots.flat();
  const users = drawUsers(input);
  const cache = new CachedBlendScores({ ...input, models });
  for (const [at, user] of users.entries()) {
    cache.add(user);
    yield { type: "work", progress: (SCORING_SHARE * (at + 1)) / users.length };
  }
  const alone = input.slots.map((slot, at) =>
    slot.map((_, alternative) => cache.measure(pick(input, [[at, alternative, 1]]))),
  );
  yield { type: "work", progress: SCORING_SHARE };
  let best: Candidate | null = null;
  const choices = combinations(input.slots.map((slot) => slot.length));
  for (const [at, choice] of choices.entries()) {
    const found: Candidate = yield* climb(input, cache, choice, at / choices.length);
    if (best === null || found.value > best.value) best = found;
  }
  const { choice, weights, value } = best as Candidate;
  const unit = weights.find((weight) => weight > 0) as number;
  const parts = choice.map((alternative, slot) => ({
    alternative,
    weight: (weights[slot] as number) / unit,
  }));
  return { parts, value, alone };
}

interface Candidate {
  readonly choice: readonly number[];
  readonly weights: readonly number[];
  readonly value: number;
}

function* climb(
  input: BlendWeightsInput,
  cache: CachedBlendScores,
  choice: readonly number[],
  progress: number,
): Steps<Candidate> {
  const measure = (weights: readonly number[]): number =>
    cache.measure(
      pick(
        input,
        weights.map((weight, slot) => [slot, choice[slot] as number, weight]),
      ),
    );
  const equal = choice.map(() => 1);
  let best: Candidate = { choice, weights: equal, value: measure(equal) };
  for (const ratio of RATIOS) {
    for (let slot = 0; slot < choice.length; slot++) {
      for (const factor of [1 / ratio, ratio, 0]) {
        // Up or down as long as it helps; dropping a component is tried once.
        for (let isBetter = true; isBetter; ) {
          const weights = best.weights.map((weight, at) => (at === slot ? weight * factor : weight));
          isBetter = false;
          if (!isUsable(weights, best.weights)) continue;
          const value = measure(weights);
          yield { type: "work", progress: SCORING_SHARE + (1 - SCORING_SHARE) * progress };
          isBetter = value > best.value;
          if (isBetter) best = { choice, weights, value };
        }
      }
    }
  }
  return best;
}

const WIDEST_RATIO = 1000;

/** Some weight is left, none dwarfs all others, and something has changed. */
function isUsable(weights: readonly number[], current: readonly number[]): boolean {
  const left = weights.filter((weight) => weight > 0);
  if (left.length === 0 || Math.max(...left) > WIDEST_RATIO * Math.min(...left)) return false;
  return weights.some((weight, at) => weight !== current[at]);
}

/** Weights by model in the order of `slots.flat()`, 0 for those not picked. */
function pick({ slots }: BlendWeightsInput, picked: readonly (readonly number[])[]): number[] {
  return slots.flatMap((slot, at) =>
    slot.map((_, alternative) => {
      const found = picked.find(([pickedSlot, chosen]) => pickedSlot === at && chosen === alternative);
      return found?.[2] ?? 0;
    }),
  );
}

function combinations(counts: readonly number[]): number[][] {
  return counts.reduce<number[][]>(
    (choices, count) =>
      choices.flatMap((choice) =>
        Array.from({ length: count }, (_, alternative) => [...choice, alternative]),
      ),
    [[]],
  );
}

function drawUsers({ heldout, seed, maxUsers = MAX_USERS }: BlendWeightsInput): number[] {
  const users: number[] = [];
  for (let user = 0; user < heldout.rowCount; user++) {
    if (csrRow(heldout, user).indices.length > 0) users.push(user);
  }
  if (users.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure by.");
  if (users.length <= maxUsers) return users;
  shuffleInPlace(users, createRandom(seed));
  return users.slice(0, maxUsers).sort((a, b) => a - b);
}
