import type { BlockScoring, KnownUser } from "../../algorithms/algorithm.ts";
import { usersPerBlock } from "../../algorithms/fit/block-size.ts";
import type { ScoringModel } from "../../evaluate/user-ranker.ts";
import type { F32Buffer } from "../../kernels/kernels.ts";

/** Scores the same few users by each of several models: models of factors do so several times faster together than one by one. */
export class BlockScorer {
  /** Most users of one block. */
  readonly capacity: number;
  readonly #models: readonly ScoringModel[];
  readonly #itemCount: number;
  /** Of each model capacity × items. */
  readonly #scores: readonly Float32Array[];
  #buffer: F32Buffer | null = null;

  constructor(models: readonly ScoringModel[], itemCount: number) {
    const capacities = models.flatMap(({ blocks }) => blocks?.capacity ?? []);
    this.capacity = Math.min(usersPerBlock(itemCount, 1), ...capacities);
    this.#models = models;
    this.#itemCount = itemCount;
    this.#scores = models.map(() => new Float32Array(this.capacity * itemCount));
  }

  /** Scores up to `capacity` users by all models. Nothing is known of a person without interactions, whatever a model says. */
  score(users: readonly KnownUser[]): void {
    for (const [at, model] of this.#models.entries()) {
      if (model.blocks) this.#scoreTogether(model.blocks, users, this.#scores[at] as Float32Array);
      else for (const [row, user] of users.entries()) this.#scoreAlone(model, user, this.rowOf(at, row));
      for (const [row, { profile }] of users.entries()) {
        if (profile.indices.length === 0) this.rowOf(at, row).fill(0);
      }
    }
  }

  /** The scores of a user of the block by a model; overwritten by the next block. */
  rowOf(model: number, row: number): Float32Array {
    const scores = this.#scores[model] as Float32Array;
    return scores.subarray(row * this.#itemCount, (row + 1) * this.#itemCount);
  }

  /** Gives back kernel memory. Idempotent. */
  free(): void {
    this.#buffer?.free();
    this.#buffer = null;
  }

  #scoreTogether(blocks: BlockScoring, users: readonly KnownUser[], out: Float32Array): void {
    this.#buffer ??= blocks.kernels.allocF32(this.capacity * this.#itemCount);
    blocks.scoreUsersInto(users, this.#buffer);
    out.set(this.#buffer.view.subarray(0, users.length * this.#itemCount));
  }

  #scoreAlone(model: ScoringModel, { index, profile }: KnownUser, out: Float32Array): void {
    if (profile.indices.length > 0) model.scoreUserInto(index, profile, out);
  }
}
