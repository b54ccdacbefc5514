import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, overRows, type Steps } from "../../in-steps.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { singularVectors } from "./feature-basis.ts";
import { FeatureMap } from "./feature-map.ts";
import { type FeatureRidge, fitFeatureRidge } from "./feature-ridge.ts";
import { type ItemRegression, itemRegressionOf, itemRegressionSections } from "./item-regression.ts";
import { knownRows, pickRows, unknownRows } from "./known-rows.ts";
import { PeopleMap, peopleMapOf, peopleMapSections } from "./people-map.ts";
import { unitRows } from "./unit-rows.ts";

/** What lets a model score items and people that it has no interactions of. A side without a table is null. */
export interface NewcomerMaps {
  readonly items: ItemRegression | null;
  readonly people: PeopleMap | null;
}

/** Singular vectors of the interactions: enough for what features tell, few enough to smooth chance. */
const DIM = 24;
/** Some milliseconds of work. */
const [FEATURES_PER_PIECE, ENTRIES_PER_PIECE] = [1_000, 20_000];

/**
 * Fits the maps to interactions and features. They do not depend on the model that uses them, so the parts of a blend share them.
 * The same input gives the same bytes.
 */
export function* fitNewcomerMaps(input: FitInput): Steps<NewcomerMaps> {
  const { items: itemFeatures, users: userFeatures } = input.features ?? {};
  const taste = yield* tasteOf(input);
  return {
    items: itemFeatures ? yield* itemRegression(input, itemFeatures, taste) : null,
    people: userFeatures ? yield* peopleMap(input, userFeatures, taste) : null,
  };
}

/** Shares the arrays. */
export function newcomerSections({ items, people }: NewcomerMaps): Section[] {
  return [...(items ? itemRegressionSections(items) : []), ...(people ? peopleMapSections(people) : [])];
}

/** Null for a model without maps. Throws `BAD_ARTIFACT` when sections do not fit together. */
export function newcomerMapsOf(sections: readonly Section[], itemCount: number): NewcomerMaps | null {
  const items = itemRegressionOf(sections, itemCount);
  const people = peopleMapOf(sections, itemCount);
  return items || people ? { items, people } : null;
}

/** Leading singular vectors of who has what, and their values. */
interface Taste {
  readonly dim: number;
  /** Items × dim. */
  readonly vectors: Float32Array;
  readonly values: Float64Array;
}

/** Whether somebody has an item counts here, not how much: weights of 1 and of 100,000 would leave nothing of most people. */
function* tasteOf({ kernels, userItems, itemUsers }: FitInput): Steps<Taste> {
  const ones = new Float32Array(userItems.indices.length).fill(1);
  const dim = Math.max(1, Math.min(DIM, userItems.columnCount - 1, userItems.rowCount));
  const found = yield* singularVectors({
    ...{ kernels, dim },
    matrix: { ...userItems, values: ones },
    transposed: { ...itemUsers, values: ones },
  });
  return { dim, ...found };
}

/**
 * The targets of items are their singular vectors by value. All items count the same: new ones are any, and popular ones have larger
 * targets already.
 */
function* itemRegression(
  { kernels, itemUsers }: FitInput,
  features: CsrMatrix,
  { dim, vectors, values }: Taste,
): Steps<ItemRegression> {
  const items = knownRows(itemUsers, features);
  const support = { items, features: pickRows(features, items) };
  const targets = new Float32Array(items.length * dim);
  for (const [row, item] of items.entries()) {
    for (let k = 0; k < dim; k++) {
      targets[row * dim + k] = (vectors[item * dim + k] as number) * (values[k] as number);
    }
  }
  const weights = new Float32Array(items.length).fill(1);
  const ridge = { kernels, features: support.features, rowWeights: weights, targets, dim };
  const { basis, means, denominators } = yield* fitFeatureRidge(ridge);
  const unknown = unknownRows(itemUsers);
  return {
    ...{ basis: basis.weights, means, denominators, support, weights },
    unknown: { items: unknown, features: pickRows(features, unknown) },
  };
}

/**
 * The targets of people are their interactions along the singular vectors; all people count the same. Rows of features count as they
 * are, or divided by their length, whichever predicts people better who are left out: who has a hundred friends is not a
 * hundred times as far from the mean as who has one.
 */
function* peopleMap({ kernels, userItems }: FitInput, all: CsrMatrix, taste: Taste): Steps<PeopleMap> {
  const { dim, vectors } = taste;
  const people = knownRows(userItems, all);
  const features = pickRows(all, people);
  const targets = new Float32Array(people.length * dim);
  const popularity = new Float32Array(userItems.columnCount);
  const own = pickRows(userItems, people);
  yield* overRows(
    own,
    (from, to) => {
      for (let row = from; row < to; row++) {
        const target = targets.subarray(row * dim, (row + 1) * dim);
        for (let at = own.indptr[row] as number; at < (own.indptr[row + 1] as number); at++) {
          const item = own.indices[at] as number;
          popularity[item] = (popularity[item] as number) + 1 / people.length;
          for (let k = 0; k < dim; k++) {
            target[k] = (target[k] as number) + (vectors[item * dim + k] as number);
          }
        }
      }
    },
    ENTRIES_PER_PIECE,
  );
  const rowWeights = new Float32Array(people.length).fill(1);
  const regression = { kernels, rowWeights, targets, dim };
  const asTheyAre = yield* fitFeatureRidge({ ...regression, features });
  const asUnits = yield* fitFeatureRidge({ ...regression, features: unitRows(features) });
  const isUnit = asUnits.leftOutError < asTheyAre.leftOutError;
  const map = yield* mapOf(isUnit ? asUnits : asTheyAre, features.columnCount);
  return new PeopleMap(map, vectors, popularity, isUnit);
}

/** The regression as one matrix: W f + b, without the mean of the targets, which the popularity holds. */
function* mapOf(
  { basis, means, denominators, right }: FeatureRidge,
  featureCount: number,
): Steps<FeatureMap> {
  const { rank, weights } = basis;
  const dim = right.length / rank;
  const map = new FeatureMap(featureCount, dim);
  const addRow = (row: number, coordinate: number, k: number) => {
    const factor = coordinate / (denominators[k] as number);
    for (let t = 0; t < dim; t++) {
      const at = row * dim + t;
      map.weights[at] = (map.weights[at] as number) + factor * (right[k * dim + t] as number);
    }
  };
  for (let k = 0; k < rank; k++) addRow(featureCount, -(means[k] as number), k);
  yield* overRanges(
    featureCount,
    (from, to) => {
      for (let feature = from; feature < to; feature++) {
        for (let k = 0; k < rank; k++) addRow(feature, weights[feature * rank + k] as number, k);
      }
    },
    FEATURES_PER_PIECE,
  );
  return map;
}
