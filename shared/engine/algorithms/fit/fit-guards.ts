import type { ALGORITHM_PARAMS, AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { FeatureMatrix } from "../../data/side-features.ts";
import type { VectorRows } from "../../data/vector-rows.ts";
import { EngineError } from "../../engine-error.ts";
import type { FitInput } from "./algorithm.ts";

type SpecsOf<Name extends AlgorithmName> = (typeof ALGORITHM_PARAMS)[Name];
type ValueOf<Spec> = Spec extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Spec extends { readonly nullable: true }
    ? number | null
    : number;

/** The hyperparameters of one algorithm with their exact types. */
export type ParamsOf<Name extends AlgorithmName> = {
  readonly [Param in keyof SpecsOf<Name>]: ValueOf<SpecsOf<Name>[Param]>;
};

/** More neighbours than any catalogue has; counts are 32-bit integers in the kernels and in stored models. */
const ALL_NEIGHBOURS = 2 ** 31 - 1;

/** Number of neighbours to keep: all of them for null. */
export function keptCount(topK: number | null): number {
  return topK ?? ALL_NEIGHBOURS;
}

/** Fills in defaults and checks ranges. Throws `BAD_PARAMETER` with the first problem. */
export function requireParams<Name extends AlgorithmName>(
  name: Name,
  params: AlgorithmParams,
): ParamsOf<Name> {
  const parsed = parseParams(name, params);
  if (!parsed.ok) {
    throw new EngineError("BAD_PARAMETER", parsed.problems[0]?.message ?? `Bad parameters of ${name}.`);
  }
  return parsed.params as ParamsOf<Name>;
}

/**
 * Checks requirements of a fit beyond the guarantees of `CsrMatrix`: at least one interaction, finite positive weights, and a
 * transpose of the same size. Throws `EMPTY_DATA` or `BAD_DATA`. One pass over the entries.
 */
export function requireInteractions({ userItems, itemUsers }: FitInput): void {
  const { rowCount, columnCount } = userItems;
  requireWeights(userItems);
  requirePositive(itemUsers.values);
  const isTranspose =
    itemUsers.rowCount === columnCount &&
    itemUsers.columnCount === rowCount &&
    itemUsers.indices.length === userItems.indices.length;
  if (!isTranspose)
    throw new EngineError("BAD_DATA", "The item-users matrix is not the user-items transpose.");
}

/** The same for a fit that does not read the transpose. */
export function requireWeights({ values }: CsrMatrix): void {
  if (values.length === 0) throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
  requirePositive(values);
}

/** The entries' ages; throws `BAD_DATA` for data without times. */
export function requireAges(name: AlgorithmName, { ages }: CsrMatrix): Float32Array {
  if (ages) return ages;
  throw new EngineError("BAD_DATA", `${name} needs the time of each interaction; these have none.`);
}

/** The features of items; throws `BAD_DATA` where no table of items is known, or its columns give no feature. */
export function requireItemFeatures(name: AlgorithmName, { features }: FitInput): FeatureMatrix {
  const items = features?.items;
  if (items && items.indices.length > 0) return items;
  const reason = items ? "the table of items says nothing of these items" : "there is no table of items";
  throw new EngineError("BAD_DATA", `${name} needs to know what items are, and ${reason}.`);
}

/** The vectors of items; throws `BAD_DATA` where no item has one. */
export function requireItemVectors(name: AlgorithmName, { features }: FitInput): VectorRows {
  const vectors = features?.items?.vectors;
  if (vectors?.scales.some((scale) => scale > 0)) return vectors;
  const reason = vectors ? "none of these items has one" : "the table of items has no column of them";
  throw new EngineError("BAD_DATA", `${name} needs the vectors of items, and ${reason}.`);
}

/** A plain loop: a callback an entry takes five times as long. */
function requirePositive(weights: Float32Array): void {
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new EngineError("BAD_DATA", `Interaction ${at} has the weight ${weight}.`);
    }
  }
}
