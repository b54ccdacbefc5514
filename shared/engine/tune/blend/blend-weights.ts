import type { LengthWeight } from "../../algorithms/blend/length-weight.ts";
import type { Model, Profile } from "../../algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import type { Queries } from "../../data/queries.ts";
import { EngineError } from "../../engine-error.ts";
import type { RankingMetric } from "../../evaluate/metrics.ts";
import { queryProfile, trainingProfile } from "../../evaluate/query-profile.ts";
import { askedByProfile, type ScoringModel } from "../../evaluate/user-ranker.ts";
import { createRandom, shuffleInPlace } from "../../random.ts";
import type { WorkStep } from "../run/fit-steps.ts";
import { BlendShortlists } from "./blend-shortlists.ts";
import { BlockScorer } from "./block-scorer.ts";
import { CandidateScores } from "./candidate-scores.ts";
import { KeptScores } from "./kept-scores.ts";
import { WeightSearch } from "./weight-search.ts";

export interface BlendWeightsInput {
  /**
   * One slot for each component of the blend: the number of models to choose one of. For example, a slot has the same kNN with
   * lists of several lengths, as the best weight depends on the length. All fitted on `seen`.
   */
  readonly slots: readonly number[];
  readonly seen: CsrMatrix;
  /** The validation part. */
  readonly heldout: CsrMatrix;
  /** Not recommended to them; may have fewer rows. */
  readonly disliked?: CsrMatrix | undefined;
  /** Requests to measure by, in place of the users of `seen`: `heldout` has a row for each. */
  readonly queries?: Queries | undefined;
  /** Rank these items alone, as in the validation of new items; all by default. */
  readonly candidates?: Uint32Array | undefined;
  /** Users × features, for models that read them. */
  readonly userFeatures?: CsrMatrix | undefined;
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
  readonly parts: readonly (LengthWeight & { readonly alternative: number })[];
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
export type OpenedModel = ScoringModel & Partial<Pick<Model, "scoreProfileInto">> & { dispose(): void };

type Steps<Result> = Generator<BlendStep, Result, OpenedModel | undefined>;

const MAX_USERS = 3000;
/** Scored in any case: weights of fewer users are noise. */
const FEWEST_USERS = 200;
/** The share of the progress that scoring takes. */
const SCORING_SHARE = 0.9;
/** What a Worker has beside a decoded model and the data: for the candidates' scores, and for those of all items. */
const MOST_BYTES = 32e6;
const MOST_KEPT_BYTES = 48e6;

/**
 * Chooses weights, and one model of each slot, for the best blend on validation. Each model scores users twice, one model at a
 * time. The first time finds the items that could come to the top. The second time keeps the scores of these items, on which
 * weights are then tried. Models whose first scores are small enough to be kept score once. The weights: `WeightSearch`. When time
 * is up the best blend so far is the result.
 *
 * Yields after at most a few users or one trial of weights, and when it needs a model. Throws `EMPTY_DATA` when no user has a
 * held-out item.
 */
export function* chooseBlendWeights(input: BlendWeightsInput): Steps<BlendWeights> {
  // Only a deadline decides how many users are scored, so these are in a drawn order: any first part of them is a fair sample.
  const users = drawUsers(input);
  const { scores, measuredUsers } = yield* scoreUsers(input, users);
  const search = new WeightSearch(input, scores);
  const alone = search.measureAlone();
  yield { type: "work", progress: SCORING_SHARE };
  const { parts, value } = yield* search.run(alone, { type: "work", progress: SCORING_SHARE });
  const unit = parts[0]?.weight as number;
  const bySlot = input.slots.map((_, slot) => {
    const { alternative = 0, weight = 0, lengthPower = 0 } = parts.find((part) => part.slot === slot) ?? {};
    return { alternative, weight: weight / unit, lengthPower };
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
    scorer = new BlockScorer(input.queries ? askedByProfile(model) : model);
    let scored = 0;
    const isTimeLeft = () => scored < FEWEST_USERS || (input.scoringTimeSpent?.() ?? 0) < until;
    while (scored < users.length && isTimeLeft()) {
      const block = users.slice(scored, scored + scorer.capacity);
      const known = block.map((index) => ({
        index,
        profile: profileOf(input, index),
      }));
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

function profileOf({ queries, seen, userFeatures }: BlendWeightsInput, index: number): Profile {
  if (queries) return queryProfile(queries, index);
  return trainingProfile(seen, userFeatures, index);
}

/** An empty table for the users whose scores there is room for. */
function tableOf(input: BlendWeightsInput, shortlists: BlendShortlists, users: readonly number[]) {
  const { metric, cutoff, seen, queries, heldout, mostBytes = MOST_BYTES } = input;
  const modelCount = input.slots.reduce((sum, count) => sum + count, 0);
  const scores = new CandidateScores({ modelCount, itemCount: seen.columnCount, metric, cutoff });
  let bytes = 0;
  let roomFor = 0;
  for (const [place, user] of users.entries()) {
    const items = shortlists.finish(place);
    bytes += CandidateScores.bytesOf(modelCount, items.length);
    if (bytes > mostBytes && place >= FEWEST_USERS) break;
    const known = csrRow(queries?.profiles ?? seen, user).indices.length;
    scores.addUser(items, csrRow(heldout, user).indices, shortlists.popularOf(place), known);
    roomFor++;
  }
  return { scores, roomFor };
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
