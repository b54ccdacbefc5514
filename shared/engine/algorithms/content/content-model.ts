import { content as definition } from "#contract/algorithms/content.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import type { FeatureVector } from "../../data/side-features.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { powersOf } from "../weighting/weight-powers.ts";
import type { ContentParts } from "./content-parts.ts";
import { contentSections } from "./content-sections.ts";
import { CosineIndex } from "./cosine-index.ts";
import { expectedFactor } from "./expected-users.ts";
import { RowWeigher } from "./row-weigher.ts";

/** What an item without interactions counts by its popularity, before more is known of it: as much as the others on average. */
function meanOfKnown(popularity: Float32Array): number {
  let [sum, known] = [0, 0];
  for (const factor of popularity) {
    if (factor === 0) continue;
    sum += factor;
    known++;
  }
  return known > 0 ? sum / known : 1;
}

/**
 * Scores by cosine: a profile is the sum of its items' vectors, each of length 1, weighted by the interactions, and of what the user's
 * features have in common with those of items. An item's popularity and that of the items like it multiply the cosine.
 */
export class ContentModel implements Model {
  readonly algorithm = definition.name;
  readonly itemCount: number;
  readonly readsUserFeatures: boolean;
  readonly #parts: ContentParts;
  readonly #index: CosineIndex;
  readonly #weigher: RowWeigher;
  /** By item, what its cosines are multiplied by. */
  readonly #factors: Float32Array;
  readonly #newFactor: number;

  constructor(parts: ContentParts, index = CosineIndex.of(parts)) {
    this.itemCount = parts.rows.rowCount;
    this.readsUserFeatures = parts.links.some((link) => link > 0);
    this.#parts = parts;
    this.#index = index;
    this.#weigher = new RowWeigher(parts.columns, parts.weighting);
    this.#newFactor = meanOfKnown(parts.popularity);
    this.#factors = parts.popularity.map((own, item) => {
      const { indices, weights } = csrRow(parts.rows, item);
      return this.#factorOf(own || this.#newFactor, indices, weights);
    });
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    const length = this.#setProfile(profile);
    this.#index.scoreInto(out);
    if (length === 0) return;
    for (let item = 0; item < out.length; item++) {
      out[item] = ((out[item] as number) / length) * (this.#factors[item] as number);
    }
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  scoreNewItemsInto(profile: Profile, features: CsrMatrix, out: Float32Array): void {
    const length = this.#setProfile(profile);
    if (length === 0) {
      out.fill(0, 0, features.rowCount);
      return;
    }
    for (let item = 0; item < features.rowCount; item++) {
      const { indices, weights } = csrRow(features, item);
      const [own, amounts] = this.#weighed({ indices, values: weights });
      out[item] =
        (this.#factorOf(this.#newFactor, own, amounts) * this.#index.scoreOfRow(own, amounts)) / length;
    }
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#index.begin();
    this.#index.addItem(itemIndex, 1);
    this.#index.scoreInto(out);
    out[itemIndex] = 0;
  }

  /** False where the user's features add to the score. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    if (this.#linked(profile.features) !== null) return false;
    const { indices, weights } = profile;
    const amounts = powersOf(weights, this.#parts.weightPower);
    const length = this.#setProfile(profile);
    const factor = this.#factors[itemIndex] as number;
    this.#index.begin();
    this.#index.addItem(itemIndex, factor);
    for (let at = 0; at < indices.length; at++) {
      const cosine = length > 0 ? this.#index.scoreOf(indices[at] as number) / length : 0;
      out[at] = (amounts[at] as number) * cosine;
    }
    return true;
  }

  encode(): Section[] {
    return contentSections(this.#parts);
  }

  dispose(): void {}

  /** Known and new items alike, so that they can stand in one list. */
  #factorOf(own: number, indices: Uint32Array, amounts: Float32Array): number {
    const { expected, weights } = this.#parts;
    return own * expectedFactor(expected, weights, indices, amounts);
  }

  /** @returns The length of the profile's vector. */
  #setProfile({ indices, weights, features }: Profile): number {
    const index = this.#index;
    index.begin();
    const amounts = powersOf(weights, this.#parts.weightPower);
    for (let at = 0; at < indices.length; at++) index.addItem(indices[at] as number, amounts[at] as number);
    const linked = this.#linked(features);
    if (linked) index.addRow(linked.indices, linked.values, 1);
    return index.length;
  }

  /** The user's features that items have as well; null without any. They count as much as one item. */
  #linked(features: FeatureVector | undefined): FeatureVector | null {
    const { links } = this.#parts;
    if (!features || !this.readsUserFeatures) return null;
    const pairs: [number, number][] = [];
    for (const [at, feature] of features.indices.entries()) {
      const link = links[feature] ?? 0;
      if (link > 0) pairs.push([link - 1, features.values[at] as number]);
    }
    if (pairs.length === 0) return null;
    pairs.sort(([a], [b]) => a - b);
    return {
      indices: Uint32Array.from(pairs, ([feature]) => feature),
      values: Float32Array.from(pairs, ([, value]) => value),
    };
  }

  /** The features of a row that the model knows, and how much they count. */
  #weighed({ indices, values }: FeatureVector): [Uint32Array, Float32Array] {
    const known = indices.findIndex((feature) => feature >= this.#index.featureCount);
    const own = known < 0 ? indices : indices.subarray(0, known);
    const weighed = new Float32Array(own.length);
    this.#weigher.weighInto(own, values, weighed);
    return [own, weighed];
  }
}
