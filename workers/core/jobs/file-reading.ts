import type { DetectedFormat } from "#contract/ingestion.ts";
import type { FileLookup } from "#contract/reading.ts";
import type { WeightRule } from "#contract/weight-rule.ts";
import type { DatasetRules } from "#engine/data/dataset-rules.ts";

/** How to read a file: its owner's settings, or the result of an earlier reading. For null the content decides. */
export interface FileReading {
  /** Whether the first row is a header. */
  readonly header: boolean | null;
  readonly separator: string | null;
  readonly keepsMissingWords: boolean;
  /** The form with the file had neither an end nor a length; the report says so. */
  readonly mayBeCut?: boolean;
  /** The column of ids in a file of items or users, if not that of the project. */
  readonly idColumn?: string;
  /** A table of items is stored with an index by these columns. */
  readonly lookup?: FileLookup;
  /** The column with the ids of sessions, in a file of interactions. */
  readonly sessionColumn?: string;
  /** A session without an id ends before a pause that is longer; absent for `DEFAULT_SESSION_GAP_MINUTES`. */
  readonly sessionGapMinutes?: number;
  /** How much the interactions of the file count; absent if nothing is set. */
  readonly counting?: FileCounting;
}

export interface FileCounting {
  /** By event type, where a column has the types. */
  readonly weights: Readonly<Record<string, number>>;
  /** The most that a user's interactions with an item weigh together. */
  readonly cap: number | null;
  /** The weight of an interaction halves for each of these before the newest one of the file. */
  readonly halfLifeDays: number | null;
  /** The cap is at most this quantile of the weights of all pairs. */
  readonly capQuantile?: number;
  /** What the numbers are; absent if they are weights as they are. */
  readonly rule?: WeightRule;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A half-life needs times: files without them keep their weights. */
export function datasetRulesOf(counting: FileCounting | undefined, hasTimes: boolean): DatasetRules {
  const { cap = null, halfLifeDays = null, capQuantile } = counting ?? {};
  return {
    ...(cap !== null && { maxWeight: cap }),
    ...(capQuantile !== undefined && { capQuantile }),
    ...(halfLifeDays !== null && hasTimes && { halfLifeMs: halfLifeDays * DAY_MS }),
  };
}

export const READ_BY_CONTENT: FileReading = { header: null, separator: null, keepsMissingWords: false };

/** Whether rules may leave rows of a file out: low ratings, or events of types without weight. */
export function leavesRowsOut({
  columns,
  reading,
}: {
  readonly columns: { readonly event?: unknown };
  readonly reading?: FileReading | undefined;
}): boolean {
  return columns.event !== undefined || reading?.counting?.rule !== undefined;
}

/** The same reading for the rest of a file: fewer rows might suggest another. */
export function readAlike(reading: FileReading, { header, delimiter }: DetectedFormat): FileReading {
  return { ...reading, header: header ?? reading.header, separator: delimiter ?? reading.separator };
}
