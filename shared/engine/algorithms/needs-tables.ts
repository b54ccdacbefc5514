import type { TableSide } from "#contract/algorithms/definition.ts";
import { ALGORITHMS, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { partsOf } from "./blend/blend-parts.ts";

/** The sides of the data that have a table of properties. */
export type TablesPresent = Readonly<Record<TableSide, boolean>>;

export const NO_TABLES: TablesPresent = { items: false, users: false };

export interface MissingTable {
  readonly algorithm: AlgorithmName;
  /** One of these would do. */
  readonly needs: readonly TableSide[];
}

/** The part of a fit that has no table to read; null if the data have what it needs. */
export function missingTable(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  present: TablesPresent,
): MissingTable | null {
  for (const { name } of partsOf(algorithm, params)) {
    const needs: readonly TableSide[] = ALGORITHMS[name].needsTables;
    if (needs.length > 0 && !needs.some((side) => present[side])) return { algorithm: name, needs };
  }
  return null;
}
