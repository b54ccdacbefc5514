import type { WorkStep } from "../run/fit-steps.ts";

/** Users visited between two yields: about a millisecond on thousands of items. */
const USERS_PER_PIECE = 64;

/** The scores of all items by the first models that fit in a number of bytes, so that these models need not score again. */
export class KeptScores {
  readonly #itemCount: number;
  readonly #userCount: number;
  readonly #mostModels: number;
  /** By model: users × items. */
  readonly #byModel = new Map<number, Float32Array>();

  /** @param userCount Most users of a model; they are known by their place. */
  constructor(userCount: number, itemCount: number, mostBytes: number) {
    this.#userCount = userCount;
    this.#itemCount = itemCount;
    this.#mostModels = Math.floor(mostBytes / (4 * userCount * itemCount));
  }

  /** Keeps a copy if there is room for the model. */
  add(model: number, place: number, scores: Float32Array): void {
    let rows = this.#byModel.get(model);
    if (!rows) {
      if (this.#byModel.size >= this.#mostModels) return;
      rows = new Float32Array(this.#userCount * this.#itemCount);
      this.#byModel.set(model, rows);
    }
    rows.set(scores, place * this.#itemCount);
  }

  has(model: number): boolean {
    return this.#byModel.has(model);
  }

  /**
   * Visits the first users of a model once, and then forgets its scores.
   *
   * @param step Yielded between pieces.
   * @returns How many users there were.
   */
  *visit(
    model: number,
    userCount: number,
    step: WorkStep,
    visit: (place: number, scores: Float32Array) => void,
  ): Generator<WorkStep, number, unknown> {
    const rows = this.#byModel.get(model) as Float32Array;
    this.#byModel.delete(model);
    for (let place = 0; place < userCount; place++) {
      visit(place, rows.subarray(place * this.#itemCount, (place + 1) * this.#itemCount));
      if (place % USERS_PER_PIECE === 0) yield step;
    }
    return userCount;
  }
}
