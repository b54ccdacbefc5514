/** What of a study's search fits the memory of a Worker, and the budget that a tuning job sets itself. */
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { FieldErrors } from "#contract/error.ts";
import { ingestionReport } from "#contract/ingestion.ts";
import type { LeftOutAlgorithm } from "#contract/tuning-job.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { ISOLATE_BUDGET_MB } from "#engine/estimate/estimate-fit.ts";
import { type FittingRanges, fittingRanges } from "#engine/estimate/fitting-ranges.ts";
import { defaultAlgorithms } from "#engine/tune/plan/default-algorithms.ts";

const NEEDS_TIMES = "needs times, and the project has no time column.";

const reportedSizes = ingestionReport.pick({ users: true, items: true, interactions: true });

/** Unknown names are dropped, and no name left means a choice by the size of the data. */
export function namedAlgorithms(
  names: readonly string[] | null | undefined,
): readonly AlgorithmName[] | null {
  const known = (names ?? []).map(findAlgorithm).filter((name) => name !== null);
  return known.length > 0 ? [...new Set(known)] : null;
}

/** What a study tries, as far as it is known before its data are read. */
export function studiedAlgorithms(
  names: readonly string[] | null | undefined,
  report: unknown,
): readonly AlgorithmName[] {
  const sizes = reportedSizes.safeParse(report);
  const columnCount = sizes.success ? sizes.data.items : 1;
  return namedAlgorithms(names) ?? defaultAlgorithms({ columnCount });
}

/** What a search must fit. */
export interface SearchConditions {
  /** Of the data, as it was ingested. */
  readonly report: unknown;
  readonly hasTimes: boolean;
  /** Megabytes. */
  readonly budgetMb: number;
}

/** Narrows a search to what can run. Sizes are left as they are where the data's report is not there to judge by. */
export function fittingSearch(
  { report, hasTimes, budgetMb }: SearchConditions,
  algorithms: readonly AlgorithmName[],
): FittingRanges {
  const timeless = hasTimes ? [] : algorithms.filter((algorithm) => needsAges(algorithm, {}));
  const possible = algorithms.filter((algorithm) => !timeless.includes(algorithm));
  const sizes = reportedSizes.safeParse(report);
  const found: FittingRanges = sizes.success
    ? fittingRanges(sizes.data, possible, budgetMb)
    : { algorithms: possible, limits: {}, leftOut: [] };
  const late = timeless.map((algorithm) => ({ algorithm, reason: `${algorithm} ${NEEDS_TIMES}` }));
  return { ...found, leftOut: [...late, ...found.leftOut] };
}

/** Why none of a job's algorithms can run, by the field to change; empty when one does. */
export function memoryProblems(
  conditions: SearchConditions,
  names: readonly string[] | null | undefined,
): FieldErrors {
  const algorithms = studiedAlgorithms(names, conditions.report);
  const { algorithms: fitting, leftOut } = fittingSearch(conditions, algorithms);
  if (fitting.length > 0) return {};
  const roomy = { ...conditions, budgetMb: ISOLATE_BUDGET_MB };
  const fitsWithout = fittingSearch(roomy, algorithms).algorithms.length > 0;
  const field = fitsWithout ? "memory_budget" : names?.length ? "tried_algorithms_json" : "data";
  return { [field]: [leftOut[0]?.reason ?? ""] };
}

/** Of the algorithms that a job asks for, those that it will not try, and why. */
export function leftOutOf(
  conditions: SearchConditions,
  names: readonly string[] | null | undefined,
): LeftOutAlgorithm[] {
  const unknown = (names ?? []).filter((name) => findAlgorithm(name) === null);
  const { leftOut } = fittingSearch(conditions, studiedAlgorithms(names, conditions.report));
  return [
    ...unknown.map((name) => ({ algorithm: name, reason: `"${name}" is not a known algorithm.` })),
    ...leftOut,
  ];
}
