/** The part of a study's search that fits the memory of a Worker and the budget of the tuning job. */

import type * as z from "zod";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { FieldErrors } from "#contract/error.ts";
import { ingestionReport } from "#contract/ingestion.ts";
import type { AnySplitScheme } from "#contract/study-config.ts";
import type { JobEstimate, LeftOutAlgorithm } from "#contract/tuning-job.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import type { TablesPresent } from "#engine/algorithms/needs-tables.ts";
import { blockBytes } from "#engine/data/block-layout.ts";
import { ID_BYTES } from "#engine/data/id-map.ts";
import { ISOLATE_BUDGET_MB } from "#engine/estimate/estimate-fit.ts";
import { expectedShape } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { blockedFitRefusal } from "#engine/scale/models/blocked-fits.ts";
import { sampledUserCount } from "#engine/scale/sample/sample-users.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { defaultAlgorithms, nextItemsOf } from "#engine/tune/plan/default-algorithms.ts";
import {
  type FitRefusal,
  type FittingRanges,
  fittingRanges,
  type Room,
} from "#engine/tune/plan/fitting-ranges.ts";
import { isTooMuchToHold, sampleInteractions } from "#storage/dataset-size.ts";
import { missingTableText } from "../files/feature-sources.ts";

const NEEDS_TIMES = "needs times, and the project has no time column.";

const reportedSizes = ingestionReport.pick({
  users: true,
  items: true,
  interactions: true,
  held_bytes: true,
});

/** Unknown names are dropped; without names the size of the data decides. */
export function namedAlgorithms(
  names: readonly string[] | null | undefined,
): readonly AlgorithmName[] | null {
  const known = (names ?? []).map(findAlgorithm).filter((name) => name !== null);
  return known.length > 0 ? [...new Set(known)] : null;
}

/** The algorithms of a study, as far as they are known before its data are read. */
export function studiedAlgorithms(
  names: readonly string[] | null | undefined,
  { report, tables, scheme }: Pick<SearchConditions, "report" | "tables" | "scheme">,
): readonly AlgorithmName[] {
  const sizes = reportedSizes.safeParse(report);
  const columnCount = sizes.success ? sizes.data.items : 1;
  const nextItems = scheme && nextItemsOf(engineScheme(scheme));
  return namedAlgorithms(names) ?? defaultAlgorithms({ columnCount }, tables, false, nextItems);
}

/** The limits of a search. */
export interface SearchConditions {
  /** Shape of the ingested data. */
  readonly report: unknown;
  readonly hasTimes: boolean;
  /** The tables of properties that the project has. */
  readonly tables: TablesPresent;
  /** Of the split, where it is known. */
  readonly scheme?: AnySplitScheme;
  /** Megabytes. */
  readonly budgetMb: number;
  /** Trials of data with more bytes have a sample. */
  readonly isolateFileBytes: number;
}

/** The engine's name of a scheme. */
export function engineScheme(scheme: AnySplitScheme): SplitConfig["scheme"] {
  if (scheme === "cold_items") return "cold-items";
  return scheme === "cold_users" ? "cold-users" : scheme;
}

/** Limits a search to fits that can run. Sizes are unchanged if the data have no report. */
export function fittingSearch(
  { report, hasTimes, tables, budgetMb, isolateFileBytes }: SearchConditions,
  algorithms: readonly AlgorithmName[],
): FittingRanges {
  const timeless = hasTimes ? [] : algorithms.filter((algorithm) => needsAges(algorithm, {}));
  const untold = algorithms.flatMap((algorithm) => {
    const reason = missingTableText(algorithm, {}, tables);
    return reason === null ? [] : [{ algorithm, reason }];
  });
  const possible = algorithms.filter(
    (algorithm) => !timeless.includes(algorithm) && untold.every((one) => one.algorithm !== algorithm),
  );
  const room = roomOf({ report, hasTimes, isolateFileBytes, budgetMb });
  const found: FittingRanges = room
    ? fittingRanges(room, possible)
    : { algorithms: possible, limits: {}, leftOut: [] };
  const late = timeless.map((algorithm) => ({ algorithm, reason: `${algorithm} ${NEEDS_TIMES}` }));
  return { ...found, leftOut: [...late, ...untold, ...found.leftOut] };
}

/** What fits have; null where the data have no report. */
function roomOf({
  report,
  hasTimes,
  isolateFileBytes,
  budgetMb,
}: Omit<SearchConditions, "tables" | "scheme">): Room | null {
  const sizes = reportedSizes.safeParse(report);
  if (!sizes.success) return null;
  const sample = sampleOfSizes(sizes.data, { hasTimes, isolateFileBytes });
  if (!sample) return { shape: sizes.data, budgetMb };
  const whole = expectedShape({ ...sizes.data, hasTimes });
  const refusal: FitRefusal = (algorithm, params) => blockedFitRefusal(algorithm, whole, params);
  return { shape: sample, budgetMb, refusal };
}

/** Why none of a job's algorithms can run, by the field to change; empty when one can. */
export function memoryProblems(
  conditions: SearchConditions,
  names: readonly string[] | null | undefined,
): FieldErrors {
  const algorithms = studiedAlgorithms(names, conditions);
  const { algorithms: fitting, leftOut } = fittingSearch(conditions, algorithms);
  if (fitting.length > 0) return {};
  const roomy = { ...conditions, budgetMb: ISOLATE_BUDGET_MB };
  const fitsWithout = fittingSearch(roomy, algorithms).algorithms.length > 0;
  const field = fitsWithout ? "memory_budget" : names?.length ? "tried_algorithms_json" : "data";
  return { [field]: [leftOut[0]?.reason ?? ""] };
}

/** The requested algorithms that a job will not try, and why. */
export function leftOutOf(
  conditions: SearchConditions,
  names: readonly string[] | null | undefined,
): LeftOutAlgorithm[] {
  const unknown = (names ?? []).filter((name) => findAlgorithm(name) === null);
  const { leftOut } = fittingSearch(conditions, studiedAlgorithms(names, conditions));
  return [
    ...unknown.map((name) => ({ algorithm: name, reason: `"${name}" is not a known algorithm.` })),
    ...leftOut,
  ];
}

type Sizes = z.infer<typeof reportedSizes>;

type Holding = Pick<SearchConditions, "hasTimes" | "isolateFileBytes">;

/** About what the trials of a study work on where no isolate holds the data; null where one does. Reports of earlier versions do not say, and are estimated. */
export function sampleOfSizes(
  { users, items, interactions, held_bytes }: Sizes,
  { hasTimes, isolateFileBytes }: Holding,
): Omit<Sizes, "held_bytes"> | null {
  const bytes = held_bytes ?? blockBytes(users, interactions, hasTimes) + ID_BYTES * (users + items);
  if (!isTooMuchToHold(bytes, isolateFileBytes)) return null;
  const wanted = sampleInteractions(isolateFileBytes);
  const sampled = sampledUserCount(users, interactions, wanted);
  return { users: sampled, items, interactions: Math.min(interactions, wanted) };
}

/** About how many users the trials use of how many; null where they use all, or where there is no report. */
export function usersOfSample(report: unknown, holding: Holding): JobEstimate["sample"] {
  const sizes = reportedSizes.safeParse(report);
  const sample = sizes.success ? sampleOfSizes(sizes.data, holding) : null;
  return sizes.success && sample ? { users: sample.users, of_users: sizes.data.users } : null;
}
