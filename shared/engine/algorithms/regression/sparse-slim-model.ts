import { sparseSlim } from "#contract/algorithms/sparse-slim.ts";
import type { Section } from "../../artifact/section.ts";
import type { Model } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { createAmountModel } from "../item-knn/amount-model.ts";
import { packedColumns } from "../item-matrix/packed-rows.ts";
import {
  addSignedRow,
  requireSignedRows,
  type SignedRows,
  signedEntry,
  signedSections,
} from "../item-matrix/signed-rows.ts";

const SETTINGS = "sparse-slim.settings";
const ROWS = "sparse-slim";
const MAX_ITEMS = 2 ** 31;

/** Scores by score(j) = Σ_{i in profile} weight_i^weightPower · W[i, j]. */
export function createSparseSlimModel(rows: SignedRows, weightPower: number): Model {
  const itemCount = rows.positive.scales.length;
  return createAmountModel({
    algorithm: sparseSlim.name,
    itemCount,
    weightPower,
    addRow: (item, amount, out) => addSignedRow(rows, item, amount, out),
    columnsOf: (item) => [packedColumns(rows.positive, item), packedColumns(rows.negative, item)],
    entry: (item, amount, column) => signedEntry(rows, item, amount, column),
    encode: (options) => [
      { name: SETTINGS, data: Float64Array.of(itemCount, weightPower) },
      ...signedSections(rows, ROWS, options),
    ],
  });
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeSparseSlimModel(sections: readonly Section[]): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, 2);
  requireFinite(SETTINGS, settings);
  const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
  return createSparseSlimModel(requireSignedRows(sections, ROWS, itemCount), settings[1] as number);
}
