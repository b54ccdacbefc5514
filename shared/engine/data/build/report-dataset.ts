/** The report of a file of interactions that became a dataset. */
import type { IngestionReport } from "#contract/ingestion.ts";
import type { DatasetDescription } from "../describe-dataset.ts";
import type { InteractionColumns, InteractionSummary } from "../read/read-interactions.ts";
import type { TimeLandmarks } from "../time-landmarks.ts";

/** What a report says of a dataset, however it was built. */
export interface DatasetFacts {
  readonly userCount: number;
  readonly itemCount: number;
  /** Distinct pairs, dislikes not among them. */
  readonly interactionCount: number;
  readonly duplicateCount: number;
  /** Absent without sequences. */
  readonly sessionCount?: number;
  readonly description: DatasetDescription;
  /** Of the pairs; null without times. */
  readonly times: { readonly earlyCount: number; readonly landmarks: TimeLandmarks | null } | null;
}

/** The report of a dataset and of the file that it was read from. */
export function reportOf(
  facts: DatasetFacts,
  summary: InteractionSummary,
  columns: InteractionColumns,
): IngestionReport {
  const { description } = facts;
  return {
    rows: summary.rowCount,
    accepted_rows: summary.acceptedCount,
    rejected_rows: summary.rejectedCount,
    rejected: [...summary.rejected],
    ...(summary.leftOutCount > 0 && { left_out_rows: summary.leftOutCount }),
    missing_ids: summary.missingCount,
    trimmed_ids: summary.trimmedCount,
    users: facts.userCount,
    items: facts.itemCount,
    interactions: facts.interactionCount,
    duplicates: facts.duplicateCount,
    dislikes: summary.dislikeCount,
    density: description.density,
    first_at: summary.timeRange ? new Date(summary.timeRange.first).toISOString() : null,
    last_at: summary.timeRange ? new Date(summary.timeRange.last).toISOString() : null,
    ...(facts.sessionCount !== undefined && { sessions: facts.sessionCount }),
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
    warnings: [...summary.warnings, ...warningsAbout(facts, summary)],
  };
}

// No useful interaction is older; a newest time before it is a counter or a wrong unit.
const EARLIEST_PLAUSIBLE_MS = Date.UTC(1980, 0, 1);

/** Times that are too early to be those of an interaction. */
export function countEarly(times: Float64Array): number {
  return times.reduce((count, time) => (time < EARLIEST_PLAUSIBLE_MS ? count + 1 : count), 0);
}

function warningsAbout(facts: DatasetFacts, summary: InteractionSummary): string[] {
  const warnings: string[] = [];
  if (facts.userCount === 1) warnings.push("There is only one user: nothing can be learnt from others.");
  if (facts.itemCount === 1) warnings.push("There is only one item: there is nothing to choose from.");
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
  if (summary.timeRange) warnings.push(...warningsAboutTimes(facts.times, summary.timeRange.last));
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

function warningsAboutTimes(times: DatasetFacts["times"], last: number): string[] {
  if (last < EARLIEST_PLAUSIBLE_MS) {
    return ["All times are before 1980: the column may not hold times."];
  }
  const warnings: string[] = [];
  const { earlyCount = 0, landmarks = null } = times ?? {};
  if (earlyCount > 0) warnings.push(`${timesAre(earlyCount)} before 1980.`);
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
