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

/**
 * What scores items by their features for one user: the ridge regression of the scores that a model gives to the items it knows on the
 * features of these. For a model of factors, it is the product of the user's vector with the ridge regression of item factors; for
 * models of similarities, it is a weighted sum of the scores of known items. `RegressionScorer` computes it.
 */
export interface ItemRegression {
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

/** Shares the arrays. */
export function itemRegressionSections(regression: ItemRegression): Section[] {
  const { basis, means, denominators, support, weights, unknown } = regression;
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
  return { basis, means, denominators, support, weights, unknown };
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
