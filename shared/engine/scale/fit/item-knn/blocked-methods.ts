/** The item-to-item methods that fit by blocks: how each weighs, and what it makes of the rows. */
import { p3alpha } from "#contract/algorithms/p3alpha.ts";
import { rp3beta } from "#contract/algorithms/rp3beta.ts";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "../../../algorithms/fit/algorithm.ts";
import { requireSection } from "../../../algorithms/fit/sections.ts";
import { turboCf, turboCfModel, turboCfWeights } from "../../../algorithms/graph-filter/turbo-cf.ts";
import { cosineKnn, cosineKnnWeights } from "../../../algorithms/item-knn/cosine-knn.ts";
import { degreeKnn, degreeKnnModel, degreeKnnWeights } from "../../../algorithms/item-knn/degree-knn.ts";
import { fillModelRows, type KeptRows, type RowLayout } from "../../../algorithms/item-knn/kept-rows.ts";
import { cutOf, type WalkName, walkLayout, walkWeights } from "../../../algorithms/item-knn/random-walk.ts";
import { PLAIN_LAYOUT } from "../../../algorithms/item-knn/similarity-fit.ts";
import { sharedSimilarityModel } from "../../../algorithms/item-knn/similarity-model.ts";
import type { SimilarityWeights } from "../../../algorithms/item-knn/similarity-weights.ts";
import type { NeighbourRow } from "../../../algorithms/item-matrix/neighbour-row.ts";
import {
  joinPackedRows,
  type PackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "../../../algorithms/item-matrix/packed-rows.ts";
import { SharedRows } from "../../../algorithms/item-matrix/shared-rows.ts";
import type { Section } from "../../../artifact/section.ts";
import type { Steps } from "../../../in-steps.ts";
import type { Kernels } from "../../../kernels/kernels.ts";

/** What a method takes from the data beyond its parameters. */
export interface KnownCounts {
  readonly interactionCount: number;
  /** Items with an interaction. */
  readonly knownItems: number;
}

export interface BlockedMethod {
  readonly weights: (raw: AlgorithmParams, counts: KnownCounts) => SimilarityWeights;
  /** The sections of some rows, for `modelOf`. */
  readonly storeRows: (rows: readonly NeighbourRow[], itemCount: number) => Section[];
  /** The model of all rows. @param parts What `storeRows` wrote, in the order of items, with the items of each. */
  readonly modelOf: (
    parts: readonly StoredPart[],
    itemCount: number,
    raw: AlgorithmParams,
    counts: KnownCounts,
    kernels: Kernels,
  ) => Steps<Model>;
  /** Bytes of an entry while the model is made. */
  readonly entryBytes: number;
}

export interface StoredPart {
  readonly sections: readonly Section[];
  readonly itemCount: number;
}

const ROWS = "rows";
const COUNTS = "counts";
const INDICES = "indices";
const VALUES = "values";

/** Rows with values of one byte. */
function packed(
  weights: (raw: AlgorithmParams) => SimilarityWeights,
  modelOfRows: (rows: PackedRows, raw: AlgorithmParams) => Model,
): BlockedMethod {
  return {
    weights,
    storeRows: (rows, itemCount) => packedSections(packNeighbours(rows, itemCount), ROWS, { isLast: true }),
    *modelOf(parts, itemCount, raw) {
      const rows = parts.map(({ sections, itemCount: count }) =>
        requirePackedRows(sections, ROWS, count, itemCount),
      );
      return modelOfRows(joinPackedRows(rows, itemCount), raw);
    },
    entryBytes: 12,
  };
}

/** Rows with values of four bytes. */
function plain(
  name: Model["algorithm"],
  weights: BlockedMethod["weights"],
  layoutOf: (raw: AlgorithmParams, counts: KnownCounts) => RowLayout,
): BlockedMethod {
  return {
    weights,
    storeRows: (rows) => keptSections(rows),
    *modelOf(parts, itemCount, raw, counts, kernels) {
      const kept = parts.map(keptRowsOf);
      const matrix = yield* fillModelRows(kernels, kept, itemCount, layoutOf(raw, counts));
      return sharedSimilarityModel(name, kernels, new SharedRows(matrix));
    },
    entryBytes: 16,
  };
}

function keptSections(rows: readonly NeighbourRow[]): Section[] {
  const length = rows.reduce((sum, { indices }) => sum + indices.length, 0);
  const [indices, values] = [new Uint32Array(length), new Float32Array(length)];
  let at = 0;
  for (const row of rows) {
    indices.set(row.indices, at);
    values.set(row.values, at);
    at += row.indices.length;
  }
  return [
    { name: COUNTS, data: Uint32Array.from(rows, (row) => row.indices.length) },
    { name: INDICES, data: indices },
    { name: VALUES, data: values },
  ];
}

function keptRowsOf({ sections, itemCount }: StoredPart): KeptRows {
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  return {
    counts: requireSection(sections, COUNTS, Uint32Array, itemCount),
    indices,
    values: requireSection(sections, VALUES, Float32Array, indices.length),
  };
}

function walk(name: WalkName): BlockedMethod {
  const choose = (raw: AlgorithmParams, { interactionCount, knownItems }: KnownCounts) =>
    walkLayout(name, raw, () => cutOf(interactionCount, knownItems));
  return plain(
    name,
    (raw, counts) => walkWeights(name, raw, choose(raw, counts).cut),
    (raw, counts) => choose(raw, counts).layout,
  );
}

const METHODS: ReadonlyMap<AlgorithmName, BlockedMethod> = new Map<AlgorithmName, BlockedMethod>([
  [degreeKnn.name, packed(degreeKnnWeights, degreeKnnModel)],
  [turboCf.name, packed(turboCfWeights, turboCfModel)],
  [cosineKnn.name, plain(cosineKnn.name, cosineKnnWeights, () => PLAIN_LAYOUT)],
  [p3alpha.name, walk(p3alpha.name)],
  [rp3beta.name, walk(rp3beta.name)],
]);

/** Their names. */
export const BLOCKED_METHODS: readonly AlgorithmName[] = [...METHODS.keys()];

/** The method of this name; null when it does not fit by blocks. */
export function findBlockedMethod(name: AlgorithmName): BlockedMethod | null {
  return METHODS.get(name) ?? null;
}
