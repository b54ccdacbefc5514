import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { EngineError } from "../../engine-error.ts";
import { requireCompressedRows, requireFinite, requireSection } from "../fit/sections.ts";

const PREFIX = "feature-map.items";
/** What begins the names of its sections. */
export const ITEM_SECTIONS = `${PREFIX}.`;
const BASIS = `${PREFIX}.basis`;
const MEANS = `${PREFIX}.means`;
const DENOMINATORS = `${PREFIX}.denominators`;
const WEIGHTS = `${PREFIX}.weights`;

/** Items of the training, by index, and their features. */
export interface FeaturedItems {
  readonly items: Uint32Array;
  /** A row for each of `items`. */
  readonly features: CsrMatrix;
}

export interface ItemRegressionParts {
  /** Features × directions. */
  readonly basis: Float32Array;
  /** By direction; see `FeatureRidge`. */
  readonly means: Float64Array;
  readonly denominators: Float64Array;
  /** The items that scores are regressed on, and how much each counts. */
  readonly support: FeaturedItems;
  readonly weights: Float32Array;
  /** Items of the training without interactions. */
  readonly unknown: FeaturedItems;
}

/**
 * Scores items by their features for one user: the ridge regression of the scores that a model gives to the items it knows on the
 * features of these. For a model of factors, it is the product of the user's vector with the ridge regression of item factors; for
 * models of similarities, it is a weighted sum of the scores of known items. An item without features gets the mean.
 */
export class ItemRegression {
  readonly parts: ItemRegressionParts;
  readonly #featureCount: number;
  readonly #sums: Float64Array;
  /** By feature, its share in a score of this user; NaN where it is not computed yet. */
  readonly #shares: Float64Array;

  constructor(parts: ItemRegressionParts) {
    this.parts = parts;
    this.#featureCount = parts.support.features.columnCount;
    this.#sums = new Float64Array(this.#featureCount);
    this.#shares = new Float64Array(this.#featureCount);
  }

  /**
   * @param scores The user's, of all items of the training.
   * @param features The items to score × features; a feature that the training did not have is left out.
   */
  scoreInto(scores: Float32Array, features: CsrMatrix, out: Float32Array): void {
    const { mean, slopes } = this.#regress(scores);
    let base = mean;
    for (let k = 0; k < slopes.length; k++) base -= (slopes[k] as number) * (this.parts.means[k] as number);
    this.#shares.fill(Number.NaN);
    for (let row = 0; row < features.rowCount; row++) {
      const [from, to] = [features.indptr[row] as number, features.indptr[row + 1] as number];
      let score = from === to ? mean : base;
      for (let entry = from; entry < to; entry++) {
        const feature = features.indices[entry] as number;
        if (feature >= this.#featureCount) continue;
        score += (features.values[entry] as number) * this.#shareOf(feature, slopes);
      }
      out[row] = score;
    }
  }

  /** The scores of items without interactions, in their places. */
  fillUnknown(scores: Float32Array): void {
    const { items, features } = this.parts.unknown;
    if (items.length === 0) return;
    const own = new Float32Array(items.length);
    this.scoreInto(scores, features, own);
    for (const [at, item] of items.entries()) scores[item] = own[at] as number;
  }

  #regress(scores: Float32Array): { readonly mean: number; readonly slopes: Float64Array } {
    const { support, weights, basis, means, denominators } = this.parts;
    const { indptr, indices, values } = support.features;
    const sums = this.#sums.fill(0);
    let [total, sum] = [0, 0];
    for (let row = 0; row < support.items.length; row++) {
      const weight = weights[row] as number;
      const weighted = weight * (scores[support.items[row] as number] as number);
      total += weight;
      sum += weighted;
      for (let entry = indptr[row] as number; entry < (indptr[row + 1] as number); entry++) {
        const feature = indices[entry] as number;
        sums[feature] = (sums[feature] as number) + weighted * (values[entry] as number);
      }
    }
    const rank = means.length;
    const slopes = new Float64Array(rank);
    for (let feature = 0; feature < sums.length; feature++) {
      const own = sums[feature] as number;
      if (own === 0) continue;
      const start = feature * rank;
      for (let k = 0; k < rank; k++) slopes[k] = (slopes[k] as number) + own * (basis[start + k] as number);
    }
    for (let k = 0; k < rank; k++) {
      slopes[k] = ((slopes[k] as number) - sum * (means[k] as number)) / (denominators[k] as number);
    }
    return { mean: sum / total, slopes };
  }

  #shareOf(feature: number, slopes: Float64Array): number {
    const known = this.#shares[feature] as number;
    if (!Number.isNaN(known)) return known;
    let share = 0;
    const start = feature * slopes.length;
    for (let k = 0; k < slopes.length; k++) {
      share += (slopes[k] as number) * (this.parts.basis[start + k] as number);
    }
    this.#shares[feature] = share;
    return share;
  }
}

/** Shares the arrays. */
export function itemRegressionSections({ parts }: ItemRegression): Section[] {
  const { basis, means, denominators, support, weights, unknown } = parts;
  return [
    { name: BASIS, data: basis },
    { name: MEANS, data: means },
    { name: DENOMINATORS, data: denominators },
    { name: WEIGHTS, data: weights },
    ...featuredSections("known", support),
    ...featuredSections("unknown", unknown),
  ];
}

/** Null where a model has no map of items. Throws `BAD_ARTIFACT` when sections do not fit together. */
export function itemRegressionOf(sections: readonly Section[], itemCount: number): ItemRegression | null {
  if (!sections.some(({ name }) => name === BASIS)) return null;
  const means = requireSection(sections, MEANS, Float64Array, null);
  const denominators = requireSection(sections, DENOMINATORS, Float64Array, means.length);
  const basis = requireSection(sections, BASIS, Float32Array, null);
  const featureCount = basis.length / Math.max(1, means.length);
  const support = requireFeatured(sections, "known", itemCount, featureCount);
  const unknown = requireFeatured(sections, "unknown", itemCount, featureCount);
  const weights = requireSection(sections, WEIGHTS, Float32Array, support.items.length);
  const numbers = { [MEANS]: means, [DENOMINATORS]: denominators, [BASIS]: basis, [WEIGHTS]: weights };
  for (const [name, data] of Object.entries(numbers)) requireFinite(name, data);
  if (!denominators.every((value) => value > 0) || !weights.every((weight) => weight > 0)) {
    throw new EngineError("BAD_ARTIFACT", `The map of "${PREFIX}" holds numbers that are not above 0.`);
  }
  return new ItemRegression({ basis, means, denominators, support, weights, unknown });
}

function featuredSections(part: string, { items, features }: FeaturedItems): Section[] {
  const name = `${PREFIX}.${part}`;
  return [
    { name: `${name}.items`, data: items },
    { name: `${name}.indptr`, data: features.indptr },
    { name: `${name}.indices`, data: features.indices },
    { name: `${name}.values`, data: features.values },
  ];
}

function requireFeatured(
  sections: readonly Section[],
  part: string,
  itemCount: number,
  columnCount: number,
): FeaturedItems {
  const name = `${PREFIX}.${part}`;
  const items = requireSection(sections, `${name}.items`, Uint32Array, null);
  const indptr = requireSection(sections, `${name}.indptr`, Uint32Array, items.length + 1);
  const indices = requireSection(sections, `${name}.indices`, Uint32Array, null);
  const values = requireSection(sections, `${name}.values`, Float32Array, indices.length);
  requireCompressedRows(name, indptr, indices, columnCount);
  requireFinite(name, values);
  if (!Number.isInteger(columnCount) || items.some((item) => item >= itemCount)) {
    throw new EngineError("BAD_ARTIFACT", `The map of "${name}" does not fit the model.`);
  }
  return { items, features: { rowCount: items.length, columnCount, indptr, indices, values } };
}
