import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { EngineError } from "../../engine-error.ts";
import type { RankingMetric } from "../../evaluate/metrics.ts";
import type { ScoringModel } from "../../evaluate/user-ranker.ts";
import { createRandom, shuffleInPlace } from "../../random.ts";
import type { WorkStep } from "../trial/fit-steps.ts";
import { BlendShortlists } from "./blend-shortlists.ts";
import { BlockScorer } from "./block-scorer.ts";
import { CandidateScores } from "./candidate-scores.ts";
import { KeptScores } from "./kept-scores.ts";

export interface BlendWeightsInput {
  /**
   * One slot for each component of the blend, in it how many models there are to choose one of: the same kNN with lists of several
   * lengths, say, as the best weight depends on them. All fitted on `seen`.
   */
  readonly slots: readonly number[];
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
  /**
   * Asked between users: how much of the time for scoring is over, 0 … 1. Of what each model has of it, no further user is scored once it
   * is over, beyond the fewest that tell anything.
   */
  readonly scoringTimeSpent?: () => number;
  /** Most bytes of scores; fewer users are measured where theirs would take more. */
  readonly mostBytes?: number;
  /** Most bytes of scores of all items, which models that fit in there give once instead of twice. */
  readonly mostKeptBytes?: number;
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

/** The next model that is needed, one of a slot. The answer to it is disposed here, before the next is asked for. */
export interface OpenModel {
  readonly type: "open";
  readonly slot: number;
  readonly alternative: number;
}

export type BlendStep = WorkStep | OpenModel;

/** A model to score users by. */
export type OpenedModel = ScoringModel & { dispose(): void };

type Steps<Result> = Generator<BlendStep, Result, OpenedModel | undefined>;

const MAX_USERS = 3000;
/** Scored in any case: weights of fewer users are noise. */
const FEWEST_USERS = 200;
/** The share of the progress that scoring takes. */
const SCORING_SHARE = 0.9;
/** Steps of a weight, from coarse to fine. */
const RATIOS = [4, 2, Math.SQRT2, 2 ** 0.25];
/** What a Worker has beside a decoded model and the data: for the candidates' scores, and for those of all items. */
const MOST_BYTES = 32e6;
const MOST_KEPT_BYTES = 48e6;

/** A third component and further ones cost time and memory at every request, so they must be worth it. */
const WORTHWHILE_GAIN = 1.004;

/**
 * Chooses weights, and one model of each slot, for the best blend on validation. Each model scores users twice, one model at a time: first
 * for what could come to the top, then for the scores of that alone, on which weights are then tried. Models whose first scores are
 * small enough to be kept score once. From the best model on, the
 * slot that helps most is added as long as one helps; then each slot's other models are tried in its place. When time is up the best
 * blend so far is the result.
 *
 * Yields after at most a few users or one trial of weights, and when it needs a model. Throws `EMPTY_DATA` when no user has a
 * held-out item.
 */
export function* chooseBlendWeights(input: BlendWeightsInput): Steps<BlendWeights> {
  // Only a deadline decides how many users are scored, so these are in a drawn order: any first part of them is a fair sample.
  const users = drawUsers(input);
  const { scores, measuredUsers } = yield* scoreUsers(input, users);
  const alone = input.slots.map((count, slot) =>
    Array.from({ length: count }, (_, alternative) =>
      scores.measure(weightsByModel(input, [{ slot, alternative, weight: 1 }])),
    ),
  );
  yield { type: "work", progress: SCORING_SHARE };
  const grown: Blend = yield* grow(input, scores, bestAlone(alone));
  const { parts, value }: Blend = yield* exchange(input, scores, grown);
  const unit = parts[0]?.weight as number;
  const bySlot = input.slots.map((_, slot) => {
    const { alternative = 0, weight = 0 } = parts.find((part) => part.slot === slot) ?? {};
    return { alternative, weight: weight / unit };
  });
  const isCut = measuredUsers < users.length || input.isTimeUp?.() === true;
  return { parts: bySlot, value, alone, measuredUsers, isCut };
}

interface Scored {
  readonly scores: CandidateScores;
  /** How many there was time and room for. */
  readonly measuredUsers: number;
}

function* scoreUsers(input: BlendWeightsInput, drawn: readonly number[]): Steps<Scored> {
  const shortlists = new BlendShortlists(input, drawn);
  const kept = new KeptScores(drawn.length, input.seen.columnCount, input.mostKeptBytes ?? MOST_KEPT_BYTES);
  const models = input.slots.flatMap((count, slot) =>
    Array.from({ length: count }, (_, alternative) => ({ type: "open", slot, alternative }) as const),
  );
  let users = drawn;
  let passes = 0;
  /** Scores the users by one model after another; users that one has no time for are left to none. */
  const pass = function* (visit: (place: number, model: number, scores: Float32Array) => void): Steps<void> {
    for (const [at, wanted] of models.entries()) {
      const from = passes++ / (2 * models.length);
      const until = passes / (2 * models.length);
      const visitUser = (place: number, scores: Float32Array) => visit(place, at, scores);
      const scored = kept.has(at)
        ? yield* kept.visit(at, users.length, { type: "work", progress: SCORING_SHARE * from }, visitUser)
        : yield* scoreBy(input, wanted, users, { from, until, visit: visitUser });
      users = users.slice(0, scored);
    }
  };
  yield* pass((place, model, scores) => {
    kept.add(model, place, scores);
    shortlists.add(place, users[place] as number, scores);
  });
  const { scores, roomFor } = tableOf(input, shortlists, users);
  users = users.slice(0, roomFor);
  yield* pass((place, model, full) => scores.keep(place, model, full));
  scores.cut(users.length);
  return { scores, measuredUsers: users.length };
}

interface Pass {
  /** Of the whole scoring, 0 … 1. */
  readonly from: number;
  readonly until: number;
  readonly visit: (place: number, scores: Float32Array) => void;
}

/** @returns How many users there was time for. */
function* scoreBy(
  input: BlendWeightsInput,
  wanted: OpenModel,
  users: readonly number[],
  { from, until, visit }: Pass,
): Steps<number> {
  const model = yield wanted;
  if (!model) throw new RangeError("The driver of a blend gave no model.");
  let scorer: BlockScorer | null = null;
  try {
    scorer = new BlockScorer(model);
    let scored = 0;
    const isTimeLeft = () => scored < FEWEST_USERS || (input.scoringTimeSpent?.() ?? 0) < until;
    while (scored < users.length && isTimeLeft()) {
      const block = users.slice(scored, scored + scorer.capacity);
      const known = block.map((index) => ({ index, profile: csrRow(input.seen, index) }));
      scorer.score(known, (scores, at) => visit(scored + at, scores));
      scored += block.length;
      yield { type: "work", progress: SCORING_SHARE * (from + ((until - from) * scored) / users.length) };
    }
    return scored;
  } finally {
    scorer?.free();
    model.dispose();
  }
}

/** An empty table for the users whose scores there is room for. */
function tableOf(input: BlendWeightsInput, shortlists: BlendShortlists, users: readonly number[]) {
  const { metric, cutoff, seen, heldout, mostBytes = MOST_BYTES } = input;
  const modelCount = input.slots.reduce((sum, count) => sum + count, 0);
  const scores = new CandidateScores({ modelCount, itemCount: seen.columnCount, metric, cutoff });
  let bytes = 0;
  let roomFor = 0;
  for (const [place, user] of users.entries()) {
    const items = shortlists.finish(place);
    bytes += CandidateScores.bytesOf(modelCount, items.length);
    if (bytes > mostBytes && place >= FEWEST_USERS) break;
    scores.addUser(items, csrRow(heldout, user).indices, shortlists.popularOf(place));
    roomFor++;
  }
  return { scores, roomFor };
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
function* grow(input: BlendWeightsInput, scores: CandidateScores, start: Blend): Steps<Blend> {
  let blend = start;
  for (;;) {
    let best = blend;
    for (const [slot, count] of input.slots.entries()) {
      if (blend.parts.some((part) => part.slot === slot)) continue;
      for (let alternative = 0; alternative < count; alternative++) {
        if (input.isTimeUp?.()) break;
        const parts = [...blend.parts, { slot, alternative, weight: meanWeight(blend) }];
        const found: Blend = yield* climb(input, scores, parts);
        if (found.value > best.value) best = found;
      }
    }
    const needed = blend.parts.length < 2 ? blend.value : blend.value * WORTHWHILE_GAIN;
    if (best.parts.length <= blend.parts.length || best.value <= needed) return blend;
    blend = best;
  }
}

/** Tries each slot's other models, with weights of their own. */
function* exchange(input: BlendWeightsInput, scores: CandidateScores, start: Blend): Steps<Blend> {
  let best = start;
  for (const { slot } of start.parts) {
    for (let alternative = 0; alternative < (input.slots[slot] ?? 0); alternative++) {
      if (input.isTimeUp?.()) return best;
      if (best.parts.some((part) => part.slot === slot && part.alternative === alternative)) continue;
      const parts = best.parts.map((part) => (part.slot === slot ? { ...part, alternative } : part));
      const found: Blend = yield* climb(input, scores, parts);
      if (found.value > best.value) best = found;
    }
  }
  return best;
}

function meanWeight({ parts }: Blend): number {
  return parts.reduce((sum, { weight }) => sum + weight, 0) / parts.length;
}

/** Moves each weight in turn up or down by ever finer ratios, or to 0, as long as it helps. */
function* climb(input: BlendWeightsInput, scores: CandidateScores, start: readonly Part[]): Steps<Blend> {
  const sorted = start.toSorted((a, b) => a.slot - b.slot);
  let best: Blend = { parts: sorted, value: scores.measure(weightsByModel(input, sorted)) };
  for (const ratio of RATIOS) {
    for (const { slot } of sorted) {
      for (const factor of [1 / ratio, ratio, 0]) {
        for (let isBetter = !input.isTimeUp?.(); isBetter; ) {
          isBetter = false;
          const parts = scaled(best.parts, slot, factor);
          if (parts === null) continue;
          const value = scores.measure(weightsByModel(input, parts));
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

/** Weights in the order of slots and, in each, of its models, 0 for models that take no part. */
function weightsByModel({ slots }: BlendWeightsInput, parts: readonly Part[]): number[] {
  return slots.flatMap((count, slot) =>
    Array.from({ length: count }, (_, alternative) => {
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
  if (users.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure.");
  shuffleInPlace(users, createRandom(seed));
  return users.slice(0, maxUsers);
}
