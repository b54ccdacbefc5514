import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { EngineError } from "../../engine-error.ts";
import type { RankingMetric } from "../../evaluate/metrics.ts";
import type { ScoringModel } from "../../evaluate/user-ranker.ts";
import { createRandom, shuffleInPlace } from "../../random.ts";
import type { WorkStep } from "../trial/fit-steps.ts";
import { CachedBlendScores } from "./blend-scores.ts";

export interface BlendWeightsInput {
  /**
   * One slot for each component of the blend, in it the models to choose one of: the same kNN with lists of several lengths, say,
   * as the best weight depends on them. All fitted on `seen`.
   */
  readonly slots: readonly (readonly ScoringModel[])[];
  readonly seen: CsrMatrix;
  /** The validation part. */
  readonly heldout: CsrMatrix;
  /** Not recommended to them; may have fewer rows. */
  readonly disliked?: CsrMatrix | undefined;
  readonly metric: RankingMetric;
  readonly cutoff: number;
  readonly seed: number;
  /** Users to measure on, drawn by the seed. */
  readonly maxUsers?: number;
  /** Asked between users: from then on no further user is scored, beyond the fewest that tell anything. */
  readonly isScoringTimeUp?: () => boolean;
  /** Asked between weights: from then on the best blend so far is taken. */
  readonly isTimeUp?: () => boolean;
}

export interface BlendWeights {
  /** Of each slot the model chosen and its weight; a weight of 0 leaves the slot out. The first weight above 0 is 1. */
  readonly parts: readonly { readonly alternative: number; readonly weight: number }[];
  /** The metric of that blend on the users drawn. */
  readonly value: number;
  /** The metric of each model alone on the same users, by slot. */
  readonly alone: readonly (readonly number[])[];
  readonly measuredUsers: number;
  /** Whether time was up before all users were scored and all weights tried. */
  readonly isCut: boolean;
}

const MAX_USERS = 3000;
/** Scored in any case: weights of fewer users are noise. */
const FEWEST_USERS = 200;
/** The share of the progress that scoring takes. */
const SCORING_SHARE = 0.9;
/** Steps of a weight, from coarse to fine. */
const RATIOS = [4, 2, Math.SQRT2, 2 ** 0.25];

type Steps<Result> = Generator<WorkStep, Result, undefined>;

/** A third component and further ones cost time and memory at every request, so they must be worth it. */
const WORTHWHILE_GAIN = 1.004;

/**
 * Chooses weights, and one model of each slot, for the best blend on validation. Every model scores each user once; what could
 * come to the top is kept and weights are then tried on that. From the best model on, the slot that helps most is added as
 * long as one helps; then each slot's other models are tried in its place. When time is up the best blend so far is the result.
 *
 * Yields after at most a few users or one trial of weights. Throws `EMPTY_DATA` when no user has a held-out item.
 */
export function* chooseBlendWeights(input: BlendWeightsInput): Steps<BlendWeights> {
  const models = input.slots.flat();
  // Only a deadline decides how many users are scored, so these are in a drawn order: any first part of them is a fair sample.
  const users = drawUsers(input);
  const cache = new CachedBlendScores({ ...input, models });
  const measuredUsers = yield* scoreUsers(input, cache, users);
  const alone = input.slots.map((slot, at) =>
    slot.map((_, alternative) =>
      cache.measure(weightsByModel(input, [{ slot: at, alternative, weight: 1 }])),
    ),
  );
  yield { type: "work", progress: SCORING_SHARE };
  const grown: Blend = yield* grow(input, cache, bestAlone(alone));
  const { parts, value }: Blend = yield* exchange(input, cache, grown);
  const unit = parts[0]?.weight as number;
  const bySlot = input.slots.map((_, slot) => {
    const { alternative = 0, weight = 0 } = parts.find((part) => part.slot === slot) ?? {};
    return { alternative, weight: weight / unit };
  });
  const isCut = measuredUsers < users.length || input.isTimeUp?.() === true;
  return { parts: bySlot, value, alone, measuredUsers, isCut };
}

/** @returns How many there was time for. */
function* scoreUsers(
  input: BlendWeightsInput,
  cache: CachedBlendScores,
  users: readonly number[],
): Steps<number> {
  let scored = 0;
  try {
    while (scored < users.length && (scored < FEWEST_USERS || !input.isScoringTimeUp?.())) {
      const block = users.slice(scored, scored + cache.capacity);
      cache.add(block);
      scored += block.length;
      yield { type: "work", progress: (SCORING_SHARE * scored) / users.length };
    }
    return scored;
  } finally {
    cache.free();
  }
}

/** A model of a slot and how much it counts. */
interface Part {
  readonly slot: number;
  readonly alternative: number;
  readonly weight: number;
}

interface Blend {
  /** In the order of slots; weights above 0. */
  readonly parts: readonly Part[];
  readonly value: number;
}

function bestAlone(alone: readonly (readonly number[])[]): Blend {
  let best: Blend = { parts: [], value: Number.NEGATIVE_INFINITY };
  for (const [slot, values] of alone.entries()) {
    for (const [alternative, value] of values.entries()) {
      if (value > best.value) best = { parts: [{ slot, alternative, weight: 1 }], value };
    }
  }
  return best;
}

/** Adds slots, the most helpful first, until none is worth it. */
function* grow(input: BlendWeightsInput, cache: CachedBlendScores, start: Blend): Steps<Blend> {
  let blend = start;
  for (;;) {
    let best = blend;
    for (const [slot, models] of input.slots.entries()) {
      if (blend.parts.some((part) => part.slot === slot)) continue;
      for (let alternative = 0; alternative < models.length; alternative++) {
        if (input.isTimeUp?.()) break;
        const parts = [...blend.parts, { slot, alternative, weight: meanWeight(blend) }];
        const found: Blend = yield* climb(input, cache, parts);
        if (found.value > best.value) best = found;
      }
    }
    const needed = blend.parts.length < 2 ? blend.value : blend.value * WORTHWHILE_GAIN;
    if (best.parts.length <= blend.parts.length || best.value <= needed) return blend;
    blend = best;
  }
}

/** Tries each slot's other models, with weights of their own. */
function* exchange(input: BlendWeightsInput, cache: CachedBlendScores, start: Blend): Steps<Blend> {
  let best = start;
  for (const { slot } of start.parts) {
    for (let alternative = 0; alternative < (input.slots[slot]?.length ?? 0); alternative++) {
      if (input.isTimeUp?.()) return best;
      if (best.parts.some((part) => part.slot === slot && part.alternative === alternative)) continue;
      const parts = best.parts.map((part) => (part.slot === slot ? { ...part, alternative } : part));
      const found: Blend = yield* climb(input, cache, parts);
      if (found.value > best.value) best = found;
    }
  }
  return best;
}

function meanWeight({ parts }: Blend): number {
  return parts.reduce((sum, { weight }) => sum + weight, 0) / parts.length;
}

/** Moves each weight in turn up or down by ever finer ratios, or to 0, as long as it helps. */
function* climb(input: BlendWeightsInput, cache: CachedBlendScores, start: readonly Part[]): Steps<Blend> {
  const sorted = start.toSorted((a, b) => a.slot - b.slot);
  let best: Blend = { parts: sorted, value: cache.measure(weightsByModel(input, sorted)) };
  for (const ratio of RATIOS) {
    for (const { slot } of sorted) {
      for (const factor of [1 / ratio, ratio, 0]) {
        for (let isBetter = !input.isTimeUp?.(); isBetter; ) {
          isBetter = false;
          const parts = scaled(best.parts, slot, factor);
          if (parts === null) continue;
          const value = cache.measure(weightsByModel(input, parts));
          yield { type: "work", progress: SCORING_SHARE };
          isBetter = value > best.value;
          if (isBetter) best = { parts, value };
        }
      }
    }
  }
  return best;
}

const WIDEST_RATIO = 1000;

/** The parts with one weight changed; null where that leaves nothing, changes nothing or lets one dwarf another. */
function scaled(parts: readonly Part[], slot: number, factor: number): readonly Part[] | null {
  const changed = parts.flatMap((part) => {
    if (part.slot !== slot) return [part];
    return factor === 0 ? [] : [{ ...part, weight: part.weight * factor }];
  });
  const weights = changed.map(({ weight }) => weight);
  const isSame = changed.length === parts.length && !parts.some((part) => part.slot === slot);
  if (changed.length === 0 || isSame) return null;
  return Math.max(...weights) > WIDEST_RATIO * Math.min(...weights) ? null : changed;
}

/** Weights in the order of `slots.flat()`, 0 for models that take no part. */
function weightsByModel({ slots }: BlendWeightsInput, parts: readonly Part[]): number[] {
  return slots.flatMap((models, slot) =>
    models.map((_, alternative) => {
      const part = parts.find((one) => one.slot === slot && one.alternative === alternative);
      return part?.weight ?? 0;
    }),
  );
}

function drawUsers({ heldout, seed, maxUsers = MAX_USERS }: BlendWeightsInput): number[] {
  const users: number[] = [];
  for (let user = 0; user < heldout.rowCount; user++) {
    if (csrRow(heldout, user).indices.length > 0) users.push(user);
  }
  if (users.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure by.");
  shuffleInPlace(users, createRandom(seed));
  return users.slice(0, maxUsers);
}
