import type { TableNeed } from "#contract/algorithms/definition.ts";
import { ALGORITHMS, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { partsOf } from "./blend/blend-parts.ts";

/** The sides of the data that have a table of properties, and whether that of items has vectors. */
export type TablesPresent = Readonly<Record<TableNeed, boolean>>;

export const NO_TABLES: TablesPresent = { items: false, users: false, vectors: false };

export interface MissingTable {
  readonly algorithm: AlgorithmName;
  /** One of these would do. */
  readonly needs: readonly TableNeed[];
}

/** The part of a fit that has no table to read; null if the data have what it needs. */
export function missingTable(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  present: TablesPresent,
): MissingTable | null {
  for (const { name } of partsOf(algorithm, params)) {
    const needs: readonly TableNeed[] = ALGORITHMS[name].needsTables;
    if (needs.length > 0 && !needs.some((side) => present[side])) return { algorithm: name, needs };
  }
  return null;
}

/** Those of the algorithms that have their tables; all of them where none has, so that their fits say why. */
export function withTables(
  algorithms: readonly AlgorithmName[],
  present: TablesPresent,
): readonly AlgorithmName[] {
  const able = algorithms.filter((name) => missingTable(name, {}, present) === null);
  return able.length > 0 ? able : algorithms;
}
