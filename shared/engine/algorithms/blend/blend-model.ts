import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { deviationOf } from "../../rank/deviation.ts";
import type { BlockScoring, KnownUser, Model, Profile, Shortlist } from "../fit/algorithm.ts";
import { usersPerBlock } from "../fit/block-size.ts";
import { ScoreShortlist } from "../fit/score-shortlist.ts";
import { TouchedScores } from "../fit/touched-scores.ts";
import { type LengthWeight, weightFor } from "./length-weight.ts";
import { addTouched } from "./touched-part.ts";

export interface BlendPart extends LengthWeight {
  readonly model: Model;
}

/**
 * score(u, j) = Σ_m weight_m(u) · s_m(u, j) / σ_m(u), weight as in `weightFor`, σ the deviation of model m's scores of all items for that user. Subtracting
 * means would change no ranking within a user. A model that gives all items the same score has no influence and is left out.
 *
 * Of a part that names the items it touches, no others are looked at; a blend of such parts alone names its own.
 */
export class BlendScores {
  /** Absent where all parts name what they touch: one by one is then faster. */
  readonly blocks?: BlockScoring;
  readonly namesTouched: boolean;
  readonly #capacity: number;
  readonly #parts: readonly BlendPart[];
  readonly #kernels: Kernels;
  readonly #itemCount: number;
  readonly #scores: Float32Array;
  #listed: ScoreShortlist | null = null;
  #touched: TouchedScores | null = null;
  #explained: { readonly profile: Profile; readonly deviations: readonly number[] } | null = null;
  /** One part's scores of a block of users. */
  #partScores: F32Buffer | null = null;
  /** One part's scores of a profile, and their sum. */
  #rows: { readonly source: F32Buffer; readonly target: F32Buffer } | null = null;

  constructor(parts: readonly BlendPart[], itemCount: number, kernels: Kernels) {
    this.#parts = parts;
    this.#kernels = kernels;
    this.#itemCount = itemCount;
    this.#scores = new Float32Array(itemCount);
    const capacities = parts.map(({ model }) => model.blocks?.capacity ?? usersPerBlock(itemCount, 1));
    this.#capacity = Math.min(...capacities);
    this.namesTouched = parts.every(({ model }) => model.namesTouched === true);
    if (this.namesTouched) return;
    this.blocks = {
      kernels,
      capacity: this.#capacity,
      scoreUsersInto: (users, out) => this.#scoreUsersInto(users, out),
    };
  }

  /** Valid until the blend scores again. */
  shortlist(profile: Profile): Shortlist {
    if (!this.namesTouched) {
      this.#listed ??= new ScoreShortlist(this.#kernels);
      const sum = this.#sumOf(profile, (model, scores) => model.scoreProfileInto(profile, scores));
      return this.#listed.of(sum, this.#itemCount);
    }
    this.#touched ??= new TouchedScores(this.#itemCount);
    const list = this.#touched;
    const scores = list.begin();
    for (const part of this.#parts) addTouched(part, profile, scores, (items) => list.touch(items));
    return list.shortlist();
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#blendInto(profile, out, (model, scores) => model.scoreProfileInto(profile, scores));
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    this.#blendInto(profile, out, (model, scores) => model.scoreUserInto(userIndex, profile, scores));
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    const profile = { indices: Uint32Array.of(itemIndex) };
    const { target } = this.#openRows();
    target.view.fill(0);
    for (const part of this.#parts)
      this.#addDense(part, profile, (model, scores) => model.similarItemsInto(itemIndex, scores));
    out.set(target.view);
    out[itemIndex] = 0;
  }

  /** False when a part with an opinion about this user cannot be divided into contributions. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    const own = new Float64Array(profile.indices.length);
    out.fill(0);
    const deviations = this.#deviationsOf(profile);
    for (const [at, part] of this.#parts.entries()) {
      const { model } = part;
      const deviation = deviations[at] as number;
      if (deviation === 0) continue;
      const factor = weightFor(part, profile) / deviation;
      if (!model.contributionsInto?.(profile, itemIndex, own)) return false;
      for (let entry = 0; entry < own.length; entry++) {
        out[entry] = (out[entry] as number) + factor * (own[entry] as number);
      }
    }
    return true;
  }

  /** The deviation of each part's scores, found once for all items that are explained to a user. */
  #deviationsOf(profile: Profile): readonly number[] {
    if (this.#explained?.profile === profile) return this.#explained.deviations;
    const deviations = this.#parts.map(({ model }) => {
      model.scoreProfileInto(profile, this.#scores);
      return deviationOf(this.#scores);
    });
    this.#explained = { profile, deviations };
    return deviations;
  }

  /** Frees the memory of blocks; the parts belong to the caller. */
  free(): void {
    this.#partScores?.free();
    this.#listed?.free();
    this.#rows?.source.free();
    this.#rows?.target.free();
  }

  #scoreUsersInto(users: readonly KnownUser[], out: F32Buffer): void {
    this.#partScores ??= this.#kernels.allocF32(this.#capacity * this.#itemCount);
    const source = this.#partScores;
    const [rowCount, length] = [users.length, this.#itemCount];
    out.view.fill(0, 0, rowCount * length);
    for (const part of this.#parts) {
      const { model, weight } = part;
      if (model.namesTouched) {
        for (const [row, { profile }] of users.entries())
          addTouched(part, profile, out.view.subarray(row * length, (row + 1) * length));
        continue;
      }
      if (model.blocks) model.blocks.scoreUsersInto(users, source);
      else this.#scoreOneByOne(model, users, source);
      if (part.lengthPower === 0)
        this.#kernels.addStandardized({ source, target: out, rowCount, length, weight });
      else addRowsByLength(part, users, { source, target: out, length });
    }
  }

  #scoreOneByOne(model: Model, users: readonly KnownUser[], out: F32Buffer): void {
    const scores = this.#scores;
    for (const [row, { index, profile }] of users.entries()) {
      // Not into kernel memory itself: the model may allocate, which detaches its view.
      model.scoreUserInto(index, profile, scores);
      out.view.set(scores, row * this.#itemCount);
    }
  }

  #blendInto(profile: Profile, out: Float32Array, score: ScorePart): void {
    if (this.namesTouched) {
      out.fill(0);
      for (const part of this.#parts) addTouched(part, profile, out);
    } else {
      out.set(this.#sumOf(profile, score).view);
    }
  }

  /** The scores of all items, in kernel memory that the next call overwrites. */
  #sumOf(profile: Profile, score: ScorePart): F32Buffer {
    const { target } = this.#openRows();
    target.view.fill(0);
    for (const part of this.#parts) {
      if (part.model.namesTouched) addTouched(part, profile, target.view);
      else this.#addDense(part, profile, score);
    }
    return target;
  }

  #addDense(part: BlendPart, profile: Pick<Profile, "indices">, score: ScorePart): void {
    const { source, target } = this.#openRows();
    score(part.model, this.#scores);
    source.view.set(this.#scores);
    const weight = weightFor(part, profile);
    this.#kernels.addStandardized({ source, target, rowCount: 1, length: this.#itemCount, weight });
  }

  #openRows() {
    const [kernels, length] = [this.#kernels, this.#itemCount];
    this.#rows ??= { source: kernels.allocF32(length), target: kernels.allocF32(length) };
    return this.#rows;
  }
}

type ScorePart = (model: Model, scores: Float32Array) => void;

/** Adds standardised rows of scores, each by the weight of its own user. */
export function addRowsByLength(
  part: LengthWeight,
  users: readonly KnownUser[],
  { source, target, length }: { source: F32Buffer; target: F32Buffer; length: number },
): void {
  for (const [row, { profile }] of users.entries()) {
    const scores = source.view.subarray(row * length, (row + 1) * length);
    const deviation = deviationOf(scores);
    if (deviation === 0) continue;
    const factor = weightFor(part, profile) / deviation;
    const sums = target.view.subarray(row * length, (row + 1) * length);
    for (let item = 0; item < length; item++)
      sums[item] = (sums[item] as number) + factor * (scores[item] as number);
  }
}
