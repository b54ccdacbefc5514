import type { BlockScoring, KnownUser, Model } from "../algorithms/fit/algorithm.ts";
import { fillByPopularity } from "../rank/fill-by-popularity.ts";
import { topKInto } from "../rank/top-k.ts";

/** A model as an evaluation sees it. */
export type ScoringModel = Pick<Model, "itemCount" | "scoreUserInto" | "blocks" | "readsUserFeatures">;

/** The same model asked by profiles alone: rows are then no users of the training matrix. */
export function askedByProfile(
  model: Pick<Model, "itemCount"> & Partial<Pick<Model, "scoreProfileInto">>,
): ScoringModel {
  return {
    itemCount: model.itemCount,
    scoreUserInto(_row, profile, out) {
      if (!model.scoreProfileInto) throw new RangeError("The model scores its own users alone.");
      model.scoreProfileInto(profile, out);
    },
  };
}

export interface RankedUser extends KnownUser {
  /** Items to leave out, in addition to the seen ones. */
  readonly disliked?: Uint32Array;
  /** Whether seen items are candidates, too; they are left out by default. */
  readonly keepsSeen?: boolean;
}

/** Ranks the unseen items of a few users at a time. */
export interface UserRanker {
  /** Most users of one call: a few milliseconds for the slowest models. */
  readonly capacity: number;
  /**
   * @param visit Called once a user, in order, with their best items neither seen nor disliked, best first. They are as many as were asked for, or fewer when
   *   too few scores are finite. The array is overwritten by the next user.
   */
  rank(users: readonly RankedUser[], visit: (ranking: Uint32Array, at: number) => void): void;
  /** Gives back its memory. Idempotent. */
  free(): void;
}

// One by one: this many items are scored over all users of a call, and no more users than that. 1 to 6 ms measured on 1,700 to 41,000 items.
const SCORES_PER_CALL = 200_000;
const MAX_USERS = 32;

/**
 * @param depth Items wanted of each user.
 * @param popular All items, the most popular first: the order of items without an opinion, as in serving. With null, their score
 * of 0 counts as any other.
 */
export function createUserRanker(
  model: ScoringModel,
  depth: number,
  popular: Uint32Array | null,
): UserRanker {
  const { blocks } = model;
  return blocks ? rankByBlocks(model, blocks, depth, popular) : rankOneByOne(model, depth, popular);
}

function rankOneByOne(model: ScoringModel, depth: number, popular: Uint32Array | null): UserRanker {
  const scores = new Float32Array(model.itemCount);
  const best = new Uint32Array(depth);
  return {
    capacity: Math.min(MAX_USERS, Math.ceil(SCORES_PER_CALL / model.itemCount)),
    rank(users, visit) {
      for (const [at, { index, profile, disliked = [], keepsSeen = false }] of users.entries()) {
        model.scoreUserInto(index, profile, scores);
        if (!keepsSeen) for (const item of profile.indices) scores[item] = Number.NEGATIVE_INFINITY;
        for (const item of disliked) scores[item] = Number.NEGATIVE_INFINITY;
        const ranking = best.subarray(0, topKInto(scores, depth, best));
        if (popular) fillByPopularity(scores, ranking, popular);
        visit(ranking, at);
      }
    },
    free() {},
  };
}

function rankByBlocks(
  { itemCount }: ScoringModel,
  blocks: BlockScoring,
  depth: number,
  popular: Uint32Array | null,
): UserRanker {
  const { kernels, capacity } = blocks;
  const scores = kernels.allocF32(capacity * itemCount);
  const best = kernels.allocU32(depth);
  return {
    capacity,
    rank(users, visit) {
      blocks.scoreUsersInto(users, scores);
      for (const [at, { profile, disliked = [], keepsSeen = false }] of users.entries()) {
        const start = at * itemCount;
        const view = scores.view;
        if (!keepsSeen) for (const item of profile.indices) view[start + item] = Number.NEGATIVE_INFINITY;
        for (const item of disliked) view[start + item] = Number.NEGATIVE_INFINITY;
        const length = kernels.topKInto(scores, itemCount, depth, best, start);
        const ranking = best.view.subarray(0, length);
        if (popular) fillByPopularity(scores.view.subarray(start, start + itemCount), ranking, popular);
        visit(ranking, at);
      }
    },
    free() {
      scores.free();
      best.free();
    },
  };
}
