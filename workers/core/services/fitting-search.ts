/** What of a study's search fits the memory of a Worker, and the budget that a tuning job sets itself. */
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { type AlgorithmName, DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";
import type { FieldErrors } from "#contract/error.ts";
import { ingestionReport } from "#contract/ingestion.ts";
import type { LeftOutAlgorithm } from "#contract/tuning-job.ts";
import { ISOLATE_BUDGET_MB } from "#engine/estimate/estimate-fit.ts";
import { type FittingRanges, fittingRanges } from "#engine/estimate/fitting-ranges.ts";

const reportedSizes = ingestionReport.pick({ users: true, items: true, interactions: true });

/** Unknown names are dropped, and no name left means the default list: what Recotem does. */
export function studiedAlgorithms(names: readonly string[] | null | undefined): readonly AlgorithmName[] {
  const known = (names ?? []).map(findAlgorithm).filter((name) => name !== null);
  return known.length > 0 ? [...new Set(known)] : DEFAULT_STUDY_ALGORITHMS;
}

/**
 * Narrows a search to what fits. All is left as it is where the data's report is not there to judge by.
 * @param report Of the data, as it was ingested.
 */
export function fittingSearch(
  report: unknown,
  algorithms: readonly AlgorithmName[],
  budgetMb: number,
): FittingRanges {
  const sizes = reportedSizes.safeParse(report);
  return sizes.success
    ? fittingRanges(sizes.data, algorithms, budgetMb)
    : { algorithms, limits: {}, leftOut: [] };
}

/** Why none of a job's algorithms fits, by the field to change; empty when one does. */
export function memoryProblems(
  report: unknown,
  names: readonly string[] | null | undefined,
  budgetMb: number,
): FieldErrors {
  const algorithms = studiedAlgorithms(names);
  const { algorithms: fitting, leftOut } = fittingSearch(report, algorithms, budgetMb);
  if (fitting.length > 0) return {};
  const fitsWithout = fittingSearch(report, algorithms, ISOLATE_BUDGET_MB).algorithms.length > 0;
  const field = fitsWithout ? "memory_budget" : names?.length ? "tried_algorithms_json" : "data";
  return { [field]: [leftOut[0]?.reason ?? ""] };
}

interface WantedSearch {
  readonly tried_algorithms_json?: readonly string[] | null | undefined;
  readonly memory_budget: number;
}

/** Of the algorithms that a job asks for, those that it will not try, and why. */
export function leftOutOf(
  report: unknown,
  { tried_algorithms_json: names, memory_budget: budgetMb }: WantedSearch,
): LeftOutAlgorithm[] {
  const unknown = (names ?? []).filter((name) => findAlgorithm(name) === null);
  const { leftOut } = fittingSearch(report, studiedAlgorithms(names), budgetMb);
  return [
    ...unknown.map((name) => ({ algorithm: name, reason: `"${name}" is not a known algorithm.` })),
    ...leftOut,
  ];
}
