import type { KnownUser } from "../../algorithms/fit/algorithm.ts";
import { usersPerBlock } from "../../algorithms/fit/block-size.ts";
import { isUnknownTo } from "../../evaluate/cold-users.ts";
import type { ScoringModel } from "../../evaluate/user-ranker.ts";
import type { F32Buffer } from "../../kernels/kernels.ts";

/** Scores a few users at a time by one model: models of factors do so several times faster together than one by one. */
export class BlockScorer {
  /** Most users of one call. */
  readonly capacity: number;
  readonly #model: ScoringModel;
  /** In kernel memory where the model scores blocks, capacity × items. */
  readonly #buffer: F32Buffer | null;
  readonly #scores: Float32Array;

  constructor(model: ScoringModel) {
    const { blocks, itemCount } = model;
    this.#model = model;
    this.capacity = Math.min(usersPerBlock(itemCount, 1), blocks?.capacity ?? Number.POSITIVE_INFINITY);
    this.#buffer = blocks ? blocks.kernels.allocF32(this.capacity * itemCount) : null;
    this.#scores = new Float32Array(blocks ? 0 : itemCount);
  }

  /**
   * Scores up to `capacity` users. Those that the model knows nothing of get 0 for every item, whatever it says.
   *
   * @param visit Called once a user, in order, with scores that it may overwrite.
   */
  score(users: readonly KnownUser[], visit: (scores: Float32Array, at: number) => void): void {
    const { blocks, itemCount } = this.#model;
    if (blocks && this.#buffer) blocks.scoreUsersInto(users, this.#buffer);
    for (const [at, { index, profile }] of users.entries()) {
      const scores = this.#buffer?.view.subarray(at * itemCount, (at + 1) * itemCount) ?? this.#scores;
      if (isUnknownTo(this.#model, profile)) scores.fill(0);
      else if (!blocks) this.#model.scoreUserInto(index, profile, scores);
      visit(scores, at);
    }
  }

  /** Gives back kernel memory. Idempotent. */
  free(): void {
    this.#buffer?.free();
  }
}
