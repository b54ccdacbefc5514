import type { Model, Profile } from "./algorithm.ts";

export interface BlendPart {
  readonly model: Model;
  readonly weight: number;
}

/** Standard deviation of the scores of all items, seen ones included; 0 when all are equal. */
export function deviationOf(scores: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] as number;
    sum += score;
    squares += score * score;
  }
  const mean = sum / scores.length;
  const variance = squares / scores.length - mean * mean;
  // Below this the difference of the two is rounding.
  return variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 0;
}

/**
 * score(u, j) = Σ_m weight_m · s_m(u, j) / σ_m(u), σ the deviation of model m's scores of all items for that user. Subtracting
 * means would change no ranking within a user. A model that scores all items alike says nothing and is left out.
 */
export class BlendScores {
  readonly #parts: readonly BlendPart[];
  readonly #scores: Float32Array;

  constructor(parts: readonly BlendPart[], itemCount: number) {
    this.#parts = parts;
    this.#scores = new Float32Array(itemCount);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#blendInto(out, (model, scores) => model.scoreProfileInto(profile, scores));
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    this.#blendInto(out, (model, scores) => model.scoreUserInto(userIndex, profile, scores));
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#blendInto(out, (model, scores) => model.similarItemsInto(itemIndex, scores));
    out[itemIndex] = 0;
  }

  /** False when a part that says something about this person cannot be taken apart. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    const own = new Float64Array(profile.indices.length);
    out.fill(0);
    for (const { model, weight } of this.#parts) {
      model.scoreProfileInto(profile, this.#scores);
      const deviation = deviationOf(this.#scores);
      if (deviation === 0) continue;
      if (!model.contributionsInto?.(profile, itemIndex, own)) return false;
      for (let at = 0; at < own.length; at++) {
        out[at] = (out[at] as number) + (weight / deviation) * (own[at] as number);
      }
    }
    return true;
  }

  #blendInto(out: Float32Array, score: (model: Model, scores: Float32Array) => void): void {
    out.fill(0);
    const scores = this.#scores;
    for (const { model, weight } of this.#parts) {
      score(model, scores);
      const deviation = deviationOf(scores);
      if (deviation === 0) continue;
      const factor = weight / deviation;
      for (let item = 0; item < out.length; item++) {
        out[item] = (out[item] as number) + factor * (scores[item] as number);
      }
    }
  }
}
