import type { IngestionReport } from "#contract/ingestion.ts";
import type { Dataset } from "../dataset.ts";
import { DatasetBuilder, type SessionSettings } from "../dataset-builder.ts";
import type { DatasetRules } from "../dataset-rules.ts";
import { describeDataset } from "../describe-dataset.ts";
import { DEFAULT_SESSION_GAP_MS } from "../order-places.ts";
import { type MinimumInteractions, withMinimumInteractions } from "../prepare.ts";
import {
  type InteractionColumns,
  type InteractionSummary,
  readInteractions,
} from "../read/read-interactions.ts";
import type { FileSource, ReadOptions } from "../read/source.ts";
import { timeLandmarks } from "../time-landmarks.ts";

export interface BuildDatasetOptions extends ReadOptions {
  readonly columns: InteractionColumns;
  /** More interactions than this are refused (UNSUPPORTED). */
  readonly maxRows?: number;
  /** Memory that building may take; UNSUPPORTED past it. */
  readonly maxBytes?: number;
  readonly rules?: DatasetRules;
  /** Users and items with fewer interactions are left out. */
  readonly minimum?: MinimumInteractions;
  /** Without a time column: the rows of the file are in order of time, and their numbers replace times. */
  readonly isOrdered?: boolean;
  /** A session without an id ends before a pause that is longer; `DEFAULT_SESSION_GAP_MS` by default. Needs times. */
  readonly sessionGapMs?: number | undefined;
  /** Keep what users took in its order, beside the matrix. No by default; without times there is nothing to keep. */
  readonly keepsSequences?: boolean;
}

/**
 * Reads an uploaded file of interactions into a dataset, and reports the findings. One pass, never whole in memory; breathes at
 * least once per block of input and per few milliseconds of sorting. Throws BAD_DATA or EMPTY_DATA for an unusable file, with the
 * texts of `#contract/ingestion.ts`.
 */
export async function buildDataset(
  source: FileSource,
  options: BuildDatasetOptions,
): Promise<{ dataset: Dataset; report: IngestionReport }> {
  const { columns, maxRows, maxBytes, rules, minimum = {}, isOrdered = false, breathe } = options;
  const hasOrderOnly = isOrdered && columns.time == null;
  const builder = new DatasetBuilder({
    hasTimes: columns.time != null || hasOrderOnly,
    ...(rules === undefined ? {} : { rules }),
    ...(options.keepsSequences && { sessions: sessionSettings(options, hasOrderOnly) }),
    ...(maxRows === undefined ? {} : { maxRows }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const summary = await readInteractions(source, columns, options, (user, item, weight, timeMs, session) =>
    builder.add(user, item, weight, hasOrderOnly ? builder.rowCount : timeMs, session),
  );
  const built = await builder.finish(breathe);
  const dataset = withMinimumInteractions(built.dataset, minimum);
  const { duplicateCount } = built;
  return { dataset, report: toReport(dataset, summary, duplicateCount, columns) };
}

/** An order without times has no pauses: all that has no session id is one session of its user. */
function sessionSettings(
  { columns, sessionGapMs }: BuildDatasetOptions,
  hasOrderOnly: boolean,
): SessionSettings | undefined {
  if (columns.time == null && !hasOrderOnly) return undefined;
  const gapMs = hasOrderOnly ? Number.POSITIVE_INFINITY : (sessionGapMs ?? DEFAULT_SESSION_GAP_MS);
  return { gapMs, hasIds: columns.session != null };
}

function toReport(
  dataset: Dataset,
  summary: InteractionSummary,
  duplicateCount: number,
  columns: InteractionColumns,
): IngestionReport {
  const description = describeDataset(dataset);
  return {
    rows: summary.rowCount,
    accepted_rows: summary.acceptedCount,
    rejected_rows: summary.rejectedCount,
    rejected: [...summary.rejected],
    ...(summary.leftOutCount > 0 && { left_out_rows: summary.leftOutCount }),
    missing_ids: summary.missingCount,
    trimmed_ids: summary.trimmedCount,
    users: dataset.users.size,
    items: dataset.items.size,
    interactions: dataset.userItems.indices.length,
    duplicates: duplicateCount,
    dislikes: summary.dislikeCount,
    density: description.density,
    first_at: summary.timeRange ? new Date(summary.timeRange.first).toISOString() : null,
    last_at: summary.timeRange ? new Date(summary.timeRange.last).toISOString() : null,
    ...(dataset.sequences && { sessions: dataset.sequences.sessionCount }),
    popularity: { curve: description.popularityCurve, top_items: description.topItems },
    interactions_per_user: description.interactionsPerUser,
    format: summary.format,
    columns: {
      user: columns.user,
      item: columns.item,
      time: columns.time ?? null,
      weight: columns.weight ?? null,
      ...(columns.event && { event: columns.event.column }),
      ...(columns.session && { session: columns.session.column }),
    },
    warnings: [...summary.warnings, ...warningsAbout(dataset, summary)],
  };
}

// No useful interaction is older; a newest time before it is a counter or a wrong unit.
const EARLIEST_PLAUSIBLE_MS = Date.UTC(1980, 0, 1);

function warningsAbout(dataset: Dataset, summary: InteractionSummary): string[] {
  const warnings: string[] = [];
  if (dataset.users.size === 1) warnings.push("There is only one user: nothing can be learnt from others.");
  if (dataset.items.size === 1) warnings.push("There is only one item: there is nothing to choose from.");
  if (summary.rejectedCount > 0) {
    warnings.push(`${summary.rejectedCount} of ${summary.rowCount} rows were rejected.`);
  }
  if (summary.leftOutCount > 0) {
    warnings.push(
      `${summary.leftOutCount} of ${summary.rowCount} rows are rated lower than a like and left out.`,
    );
  }
  if (summary.dislikeCount > 0) warnings.push(dislikesText(summary.dislikeCount));
  if (summary.missingCount > 0) {
    warnings.push(
      `${summary.missingCount} rows have an id such as NA or NULL and were rejected. A setting keeps them.`,
    );
  }
  if (summary.trimmedCount > 0) {
    warnings.push(`${summary.trimmedCount} ids had blanks or invisible characters, which were removed.`);
  }
  if (summary.timeRange) warnings.push(...warningsAboutTimes(dataset.times, summary.timeRange.last));
  return warnings;
}

/** For example `2099-01-01 00:00 UTC`. */
function minuteText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function dislikesText(count: number): string {
  const rows = count === 1 ? "1 row has" : `${count} rows have`;
  return `${rows} a weight of 0 or below: these items count as seen, and are not recommended to these users.`;
}

function warningsAboutTimes(times: Dataset["times"], last: number): string[] {
  if (last < EARLIEST_PLAUSIBLE_MS) {
    return ["All times are before 1980: the column may not hold times."];
  }
  const warnings: string[] = [];
  const early = times?.reduce((count, time) => (time < EARLIEST_PLAUSIBLE_MS ? count + 1 : count), 0) ?? 0;
  if (early > 0) warnings.push(`${timesAre(early)} before 1980.`);
  const landmarks = times ? timeLandmarks(times) : null;
  if (landmarks && landmarks.lateCount > 0) {
    const [latest, reference] = [landmarks.latest, landmarks.reference].map((ms) => minuteText(ms));
    warnings.push(
      `${timesAre(landmarks.lateCount)} far later than all others (the latest: ${latest}). Ages count from ${reference}.`,
    );
  }
  return warnings;
}

function timesAre(count: number): string {
  return count === 1 ? "1 time is" : `${count} times are`;
}
