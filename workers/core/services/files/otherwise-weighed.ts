/** Files that were read by another choice of weights: they keep it, and a copy that is read again has the present one. */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { DEFAULT_EVENT_SETTINGS } from "#contract/event-settings.ts";
import { trainingWeights } from "#contract/event-weight.ts";
import type { IngestionReport } from "#contract/ingestion.ts";
import { MOST_OTHERWISE_WEIGHED, type OtherwiseWeighed } from "#contract/weight-report.ts";
import type { Database } from "#db/database.ts";
import { trainingData } from "#db/schema.ts";
import type { FileCounting } from "#jobs/file-reading.ts";
import type { ProjectRow } from "../resources/project.ts";
import { fileReadingOf } from "./file-readings.ts";

type Columns = Pick<IngestionReport["columns"], "time" | "weight" | "event">;

/**
 * The project's uploaded files whose rows would weigh otherwise by its settings, newest first. Of files of one name and size, which are copies,
 * the newest is named, and none where one of them has these weights.
 */
export async function otherwiseWeighed(db: Database, project: ProjectRow): Promise<OtherwiseWeighed[]> {
  const rows = await db
    .select({
      id: trainingData.id,
      basename: trainingData.basename,
      filesize: trainingData.filesize,
      reading: trainingData.reading,
      columns: sql<string | null>`json_extract(${trainingData.report}, '$.columns')`,
    })
    .from(trainingData)
    .where(
      and(
        eq(trainingData.projectId, project.id),
        eq(trainingData.status, "READY"),
        isNotNull(trainingData.fileKey),
        sql`json_extract(${trainingData.reading}, '$.events') is null`,
      ),
    )
    .orderBy(desc(trainingData.id))
    .limit(MOST_OTHERWISE_WEIGHED);
  const { counting } = fileReadingOf("training_data", null, null, project.eventSettings);
  const now = { weight: project.weightColumn, event: project.eventTypeColumn ?? undefined };
  /** By name and size, the newest file that weighs otherwise; null where a copy has these weights. */
  const found = new Map<string, OtherwiseWeighed | null>();
  for (const { id, basename, filesize, reading, columns } of rows) {
    // A file of an earlier release does not say by which columns it was read.
    if (columns === null) continue;
    const read = JSON.parse(columns) as Columns;
    const then = fileReadingOf("training_data", null, reading, null).counting;
    const isSame = wayOf(then, read) === wayOf(counting, { ...now, time: read.time });
    const copies = `${filesize} ${basename}`;
    if (isSame) found.set(copies, null);
    else if (!found.has(copies)) found.set(copies, { id, basename });
  }
  return [...found.values()].filter((file) => file !== null).sort((a, b) => b.id - a.id);
}

/** All that decides how rows weigh, as text: settings of columns that the file is not read by decide nothing. */
function wayOf(counting: FileCounting | undefined, { time, weight, event }: Columns): string {
  const { cap = null, capQuantile = null, halfLifeDays = null, rule = null } = counting ?? {};
  const weights = counting?.weights ?? trainingWeights(DEFAULT_EVENT_SETTINGS.event_weights);
  return JSON.stringify([
    ...[weight ?? null, event ?? null, cap, capQuantile],
    weight ? rule && Object.entries(rule).sort() : null,
    event ? Object.entries(weights).sort() : null,
    time ? halfLifeDays : null,
  ]);
}
