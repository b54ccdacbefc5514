/**
 * A blend that weighs its parts by segment: warm, items without interactions, people without interactions. Each part says by itself, or by
 * its map, what it has to say of newcomers. For a person u with the weights w of their segment, and the weights c of cold items:
 *
 *   known item  Σ_m w_m s_m / σ_m
 *   cold item   Σ_m w_m μ_m / σ_m + h Σ_m c_m (s_m − μ_m) / σ_m
 *
 * μ_m and σ_m are the mean and the deviation of part m's scores of all items for u. The first sum of the second line puts a cold item
 * that is average for every part beside the average known item, so both are in one list; among cold items it changes nothing. Where no part
 * has an opinion of a cold item, its score is 0. h brings the best cold item to the height that it would have by w: c decides the order of
 * cold items, and leaves their share of a list as it is. Weights of each cold segment count by their ratios: their sum becomes that of the warm.
 */

import type { BlendSegment } from "#contract/algorithms/blend.ts";
import { BLEND } from "#contract/algorithms.ts";
import type { FeatureMatrix } from "../../data/side-features.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { deviationOf, type Moments, momentsOf } from "../../rank/deviation.ts";
import type { BlockScoring, KnownUser, Model, Profile } from "../fit/algorithm.ts";
import { addRowsByLength, BlendScores } from "./blend-model.ts";
import type { SegmentWeights } from "./blend-parts.ts";
import { ColdScores } from "./cold-scores.ts";
import { weightFor } from "./length-weight.ts";

export interface SegmentedPart {
  readonly model: Model;
  readonly weights: SegmentWeights;
  /** Of the weight of warm people; see `weightFor`. */
  readonly lengthPower: number;
}

interface SegmentedInput {
  readonly itemCount: number;
  /** Of the training, without interactions, ascending. */
  readonly coldItems: Uint32Array;
  readonly kernels: Kernels;
}

/** The model owns its parts: it disposes of them. */
export function segmentedBlend(
  given: readonly SegmentedPart[],
  { itemCount, coldItems, kernels }: SegmentedInput,
): Omit<Model, "encode"> {
  const parts = normalized(given);
  const warm = new BlendScores(
    parts
      .filter(({ weights }) => weights.warm > 0)
      .map(({ model, weights, lengthPower }) => ({ model, weight: weights.warm, lengthPower })),
    itemCount,
    kernels,
  );
  const scores = new SegmentedScores(parts, { itemCount, coldItems, kernels });
  const isCold = new Set(coldItems);
  const newItemParts = parts.filter(({ model, weights }) => weights.coldItems > 0 && model.scoreNewItemsInto);
  const similarParts = newItemParts.filter(({ model }) => model.similarWithNewItemsInto);
  return {
    algorithm: BLEND,
    itemCount,
    blocks: scores.blocks,
    readsUserFeatures: scores.readsUserFeatures,
    readsOrder: parts.some(({ model }) => model.readsOrder === true),
    readsVectors: newItemParts.length > 0 && newItemParts.every(({ model }) => model.readsVectors === true),
    scoreProfileInto: (profile, out) => scores.scoreProfileInto(profile, out),
    scoreUserInto: (userIndex, profile, out) => scores.scoreUserInto(userIndex, profile, out),
    ...(newItemParts.length > 0 && {
      scoreNewItemsInto: (profile: Profile, features: FeatureMatrix, out: Float32Array) =>
        scores.scoreNewItemsInto(profile, features, out),
    }),
    ...(similarParts.length > 0 && {
      similarWithNewItemsInto(itemIndex: number, features: FeatureMatrix, out: Float32Array) {
        addSimilar(similarParts, { itemIndex, itemCount, features }, out);
        if (itemIndex < itemCount) warm.similarItemsInto(itemIndex, out.subarray(0, itemCount));
      },
    }),
    similarItemsInto: (itemIndex, out) => warm.similarItemsInto(itemIndex, out),
    contributionsInto(profile, itemIndex, out) {
      if (scores.isStranger(profile) || isCold.has(itemIndex)) return false;
      return warm.contributionsInto(profile, itemIndex, out);
    },
    dispose() {
      scores.free();
      warm.free();
      for (const { model } of parts) model.dispose();
    },
  };
}

/** The parts with the weights of cold segments at the sum of the warm ones. */
function normalized(parts: readonly SegmentedPart[]): SegmentedPart[] {
  const sumOf = (segment: BlendSegment) => parts.reduce((sum, { weights }) => sum + weights[segment], 0);
  const [warm, items, users] = [sumOf("warm"), sumOf("coldItems"), sumOf("coldUsers")];
  return parts.map(({ weights, ...part }) => ({
    ...part,
    weights: {
      warm: weights.warm,
      coldItems: items > 0 ? (weights.coldItems * warm) / items : 0,
      coldUsers: users > 0 ? (weights.coldUsers * warm) / users : 0,
    },
  }));
}

/** What the parts say of new items, and where the item itself is new of all: each divided by its deviation. */
function addSimilar(
  parts: readonly SegmentedPart[],
  { itemIndex, itemCount, features }: { itemIndex: number; itemCount: number; features: FeatureMatrix },
  out: Float32Array,
): void {
  out.fill(0);
  const scores = new Float32Array(out.length);
  for (const { model, weights } of parts) {
    model.similarWithNewItemsInto?.(itemIndex, features, scores);
    const deviation = deviationOf(scores.subarray(0, itemCount));
    if (deviation === 0) continue;
    const factor = weights.coldItems / deviation;
    for (let item = 0; item < out.length; item++) {
      out[item] = (out[item] as number) + factor * (scores[item] as number);
    }
  }
  out[itemIndex] = 0;
}

class SegmentedScores {
  readonly blocks: BlockScoring;
  readonly readsUserFeatures: boolean;
  readonly #parts: readonly SegmentedPart[];
  readonly #input: SegmentedInput;
  readonly #scores: Float32Array;
  readonly #cold: ColdScores;
  /** Of the profile that was scored last: by part, null where the part was not asked. */
  #last: { readonly profile: Profile; readonly moments: (Moments | null)[] } | null = null;
  /** One part's scores of a block of users. */
  #partScores: F32Buffer | null = null;

  constructor(parts: readonly SegmentedPart[], input: SegmentedInput) {
    this.#parts = parts;
    this.#input = input;
    this.#scores = new Float32Array(input.itemCount);
    this.#cold = new ColdScores(input.coldItems);
    this.readsUserFeatures = parts.some(
      ({ model, weights }) => weights.coldUsers > 0 && model.readsUserFeatures === true,
    );
    const capacities = parts.flatMap(({ model }) => model.blocks?.capacity ?? []);
    this.blocks = {
      kernels: input.kernels,
      capacity: Math.min(MOST_AT_ONCE, ...capacities),
      scoreUsersInto: (users, out) => this.#scoreUsersInto(users, out),
    };
  }

  /** Whether somebody is known by their features alone. */
  isStranger({ indices, features }: Profile): boolean {
    return this.readsUserFeatures && indices.length === 0 && (features?.indices.length ?? 0) > 0;
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    const moments = this.#blendInto(profile, out, (model, scores) => model.scoreProfileInto(profile, scores));
    this.#last = { profile, moments };
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    this.#blendInto(profile, out, (model, scores) => model.scoreUserInto(userIndex, profile, scores));
  }

  scoreNewItemsInto(profile: Profile, features: FeatureMatrix, out: Float32Array): void {
    const cold = new ColdScores(features.rowCount);
    const own = new Float32Array(features.rowCount);
    for (const [at, part] of this.#parts.entries()) {
      const { model, weights } = part;
      const weight = this.#weightFor(profile, part);
      const isAsked = model.scoreNewItemsInto !== undefined;
      if (weight === 0 && !(isAsked && weights.coldItems > 0)) continue;
      const { mean, deviation } = this.#momentsOf(at, profile);
      if (deviation === 0) continue;
      if (isAsked) model.scoreNewItemsInto?.(profile, features, own);
      const share = { mean, known: weight / deviation, cold: weights.coldItems / deviation };
      cold.add(isAsked ? own : null, share);
    }
    cold.writeInto(out);
  }

  free(): void {
    this.#partScores?.free();
  }

  #weightFor(profile: Profile, { weights, lengthPower }: SegmentedPart): number {
    if (this.isStranger(profile)) return weights.coldUsers;
    return weightFor({ weight: weights.warm, lengthPower }, profile);
  }

  #momentsOf(part: number, profile: Profile): Moments {
    if (this.#last?.profile !== profile) this.#last = { profile, moments: this.#parts.map(() => null) };
    const known = this.#last.moments[part];
    if (known) return known;
    this.#parts[part]?.model.scoreProfileInto(profile, this.#scores);
    const moments = momentsOf(this.#scores);
    this.#last.moments[part] = moments;
    return moments;
  }

  #blendInto(
    profile: Profile,
    out: Float32Array,
    score: (model: Model, scores: Float32Array) => void,
  ): (Moments | null)[] {
    out.fill(0);
    const cold = this.#cold.clear();
    const scores = this.#scores;
    const found = this.#parts.map((part) => {
      const { model, weights } = part;
      const weight = this.#weightFor(profile, part);
      if (weight === 0 && (cold.isEmpty || weights.coldItems === 0)) return null;
      score(model, scores);
      const moments = momentsOf(scores);
      if (moments.deviation === 0) return moments;
      const factor = weight / moments.deviation;
      for (let item = 0; factor > 0 && item < out.length; item++) {
        out[item] = (out[item] as number) + factor * (scores[item] as number);
      }
      cold.addOf(scores, { mean: moments.mean, known: factor, cold: weights.coldItems / moments.deviation });
      return moments;
    });
    cold.scatterInto(out);
    return found;
  }

  /** Blocks serve known people; strangers among them are scored one by one. */
  #scoreUsersInto(users: readonly KnownUser[], out: F32Buffer): void {
    const { itemCount, kernels, coldItems } = this.#input;
    this.#partScores ??= kernels.allocF32(this.blocks.capacity * itemCount);
    const source = this.#partScores;
    const [rowCount, length] = [users.length, itemCount];
    out.view.fill(0, 0, rowCount * length);
    const cold = coldItems.length > 0 ? users.map(() => new ColdScores(coldItems)) : [];
    for (const part of this.#parts) {
      const { model, weights } = part;
      if (weights.warm === 0 && (cold.length === 0 || weights.coldItems === 0)) continue;
      if (model.blocks) model.blocks.scoreUsersInto(users, source);
      else scoreOneByOne(model, users, source, length);
      for (const [row, own] of cold.entries()) {
        const scores = source.view.subarray(row * length, (row + 1) * length);
        const { mean, deviation } = momentsOf(scores);
        if (deviation === 0) continue;
        const warm = weightFor(
          { weight: weights.warm, lengthPower: part.lengthPower },
          (users[row] as KnownUser).profile,
        );
        own.addOf(scores, { mean, known: warm / deviation, cold: weights.coldItems / deviation });
      }
      const weight = weights.warm;
      if (weight > 0 && part.lengthPower === 0) {
        kernels.addStandardized({ source, target: out, rowCount, length, weight });
      } else if (weight > 0) {
        addRowsByLength({ weight, lengthPower: part.lengthPower }, users, { source, target: out, length });
      }
    }
    for (const [row, { index, profile }] of users.entries()) {
      const own = () => out.view.subarray(row * length, (row + 1) * length);
      cold[row]?.scatterInto(own());
      if (!this.isStranger(profile)) continue;
      const scores = new Float32Array(length);
      this.scoreUserInto(index, profile, scores);
      own().set(scores);
    }
  }
}

/** Users of a block where no part limits them. */
const MOST_AT_ONCE = 8;

function scoreOneByOne(model: Model, users: readonly KnownUser[], out: F32Buffer, length: number): void {
  const scores = new Float32Array(length);
  for (const [row, { index, profile }] of users.entries()) {
    model.scoreUserInto(index, profile, scores);
    // Its view is taken now: the model may have allocated.
    out.view.set(scores, row * length);
  }
}
