import type { IngestionReport } from "#contract/ingestion.ts";
import type { Dataset } from "../dataset.ts";
import { DatasetBuilder, type SessionSettings } from "../dataset-builder.ts";
import type { DatasetRules } from "../dataset-rules.ts";
import { describeDataset } from "../describe-dataset.ts";
import { DEFAULT_SESSION_GAP_MS } from "../order-places.ts";
import { type MinimumInteractions, withMinimumInteractions } from "../prepare.ts";
import { type InteractionColumns, readInteractions } from "../read/read-interactions.ts";
import type { FileSource, ReadOptions } from "../read/source.ts";
import { timeLandmarks } from "../time-landmarks.ts";
import { countEarly, type DatasetFacts, reportOf } from "./report-dataset.ts";

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
  return { dataset, report: reportOf(factsOf(dataset, duplicateCount), summary, columns) };
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

function factsOf(dataset: Dataset, duplicateCount: number): DatasetFacts {
  const { users, items, userItems, times, sequences } = dataset;
  return {
    userCount: users.size,
    itemCount: items.size,
    interactionCount: userItems.indices.length,
    duplicateCount,
    ...(sequences && { sessionCount: sequences.sessionCount }),
    description: describeDataset(dataset),
    times: times && { earlyCount: countEarly(times), landmarks: timeLandmarks(times) },
  };
}
