/** What a choice of weights would do to a project's data: nothing is stored. */

import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import {
  changedEventSettings,
  DEFAULT_EVENT_SETTINGS,
  eventSettingsProblem,
} from "#contract/event-settings.ts";
import { SILENT_EVENT_TYPES } from "#contract/event-type.ts";
import { trainingWeights } from "#contract/event-weight.ts";
import type { WeightPreviewRequest, WeightReport } from "#contract/weight-report.ts";
import { weightRuleOf } from "#contract/weight-rule.ts";
import { trainingData } from "#db/schema.ts";
import { reportWeights, type WeightFigures, WeightObserver } from "#engine/data/build/report-weights.ts";
import { BELOW_LIKES_FROM } from "#engine/data/weigh-interaction.ts";
import { EngineError } from "#engine/engine-error.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { weighEvent } from "#jobs/event-shard/weigh-event.ts";
import { datasetRulesOf } from "#jobs/file-reading.ts";
import { gunzip } from "#platform/gunzip.ts";
import { listSegments } from "#storage/event-segments.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { mergedUsers } from "#storage/user-merges.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { columnsProblem } from "../projects/projects.ts";
import type { ProjectRow } from "../resources/project.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { fileReadingOf, formatOfReport, settingsAlike } from "./file-readings.ts";
import { columnsOf } from "./ingestions.ts";
import { otherwiseWeighed } from "./otherwise-weighed.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep">;

/** Rows in memory: with ids some 30 MB. Of larger data a share of the users is counted. */
const MAX_ROWS = 400_000;
const SEGMENTS_PER_PAGE = 500;

/** Throws a field error for settings that are wrong or contradict each other, and for data that cannot be read. */
export async function previewWeights(
  deps: Deps,
  stored: ProjectRow,
  request: WeightPreviewRequest,
): Promise<WeightReport> {
  const project = chosen(stored, request);
  const rule = weightRuleOf(project.eventSettings);
  if (request.source === "events") {
    if (request.data != null) throw fieldError("data", "Events are in no file: leave this field out.");
    return { data: null, rule, ...(await figuresOfEvents(deps, project)), ...(await others(deps, project)) };
  }
  const row = await fileOf(deps, project.id, request.data ?? undefined);
  const figures = await figuresOfFile(deps, project, row);
  return { data: row.id, rule, ...figures, ...(await others(deps, project)) };
}

async function others({ db }: Deps, project: ProjectRow): Promise<Pick<WeightReport, "otherwise_weighed">> {
  return { otherwise_weighed: await otherwiseWeighed(db, project) };
}

/** The project as it would be with the settings of a request. */
function chosen(row: ProjectRow, request: WeightPreviewRequest): ProjectRow {
  const { weight_column: weight, event_type_column: type } = request;
  const columns = {
    weightColumn: weight === undefined ? row.weightColumn : weight,
    eventTypeColumn: type === undefined ? row.eventTypeColumn : type,
  };
  const eventSettings = changedEventSettings(row.eventSettings, request) ?? row.eventSettings;
  const project = { ...row, ...columns, eventSettings };
  const problem =
    columnsProblem(project) ?? eventSettingsProblem({ ...DEFAULT_EVENT_SETTINGS, ...eventSettings });
  if (problem) throw fieldError(problem.field, problem.message);
  return project;
}

async function fileOf({ db }: Deps, projectId: number, wanted: number | undefined): Promise<TrainingDataRow> {
  const isUploaded = sql`json_extract(${trainingData.reading}, '$.events') is null`;
  const [row] = await db
    .select()
    .from(trainingData)
    .where(
      and(
        eq(trainingData.projectId, projectId),
        isNotNull(trainingData.fileKey),
        isUploaded,
        wanted === undefined ? undefined : eq(trainingData.id, wanted),
      ),
    )
    .orderBy(desc(trainingData.id))
    .limit(1);
  if (row) return row;
  const missing =
    wanted === undefined ? "The project has no uploaded file." : "This is no uploaded file of the project.";
  throw fieldError("data", `${missing} For events, send "source": "events".`);
}

async function figuresOfFile(deps: Deps, project: ProjectRow, row: TrainingDataRow): Promise<WeightFigures> {
  // How the file counted when it was read is not the question.
  const { counting: _, ...settings } = settingsAlike(row.reading, formatOfReport(row.report)) ?? {};
  const reading = fileReadingOf("training_data", project.reading, settings, project.eventSettings);
  const columns = columnsOf("training_data", project, reading);
  const object = row.fileKey === null ? null : await deps.store.get(row.fileKey);
  if (object === null) throw fieldError("data", "The file is gone.");
  try {
    return await reportWeights(
      { name: row.basename, bytes: object.body },
      {
        ...{ columns: { ...columns, header: reading.header ?? undefined }, maxRows: MAX_ROWS },
        ...{ separator: reading.separator ?? undefined, keepsMissingWords: reading.keepsMissingWords },
        weightRule: reading.counting?.rule,
        rules: datasetRulesOf(reading.counting, columns.time != null),
        gunzip,
        breathe: () => deps.sleep(0),
      },
    );
  } catch (error) {
    throw error instanceof EngineError ? new AppError("bad_request", error.message) : error;
  }
}

async function figuresOfEvents(deps: Deps, project: ProjectRow): Promise<WeightFigures> {
  const { event_weights: own } = project.eventSettings ?? DEFAULT_EVENT_SETTINGS;
  const by = { weights: trainingWeights(own), rule: weightRuleOf(project.eventSettings) ?? undefined };
  const reading = fileReadingOf("training_data", null, null, project.eventSettings);
  const observer = new WeightObserver({
    hasTimes: true,
    rules: datasetRulesOf(reading.counting, true),
    maxRows: MAX_ROWS,
  });
  const reasons = new Map<string, number>();
  await deps.events.flush(project.id);
  const userOf = await mergedUsers(deps.store, project.id, deps.clock());
  let [rows, leftOut] = [0, 0];
  for await (const { type, value, user_id, item_id: item, time: timeMs } of storedEvents(deps, project.id)) {
    const outcome = weighEvent({ type, ...(value !== undefined && { value }) }, by);
    rows++;
    if (outcome === BELOW_LIKES_FROM) leftOut++;
    else if (typeof outcome === "string") reasons.set(outcome, (reasons.get(outcome) ?? 0) + 1);
    observer.see({ user: userOf(user_id), item, type, value, timeMs, outcome });
  }
  return observer.finish({ rows, leftOut, reasons }, () => deps.sleep(0));
}

/** Events that say something of what a person wants, of all shards in order. */
async function* storedEvents({ store, sleep }: Deps, projectId: number): AsyncGenerator<StoredEvent> {
  let after: string | null = null;
  do {
    const page = await listSegments(store, eventsPrefix(projectId), { limit: SEGMENTS_PER_PAGE, after });
    for (const { key } of page.segments) {
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) if (!SILENT_EVENT_TYPES.includes(event.type)) yield event;
      await sleep(0);
    }
    after = page.next;
  } while (after !== null);
}
