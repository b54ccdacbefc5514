/** A project as one archive, written while it is sent: only a page of rows or a chunk of a file is in memory. */
import { createHash } from "node:crypto";
import { and, asc, eq, gt, inArray, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import {
  ARCHIVE_FORMAT,
  ARCHIVE_TABLES,
  ARCHIVE_VERSION,
  type ArchiveHead,
  type ArchiveManifest,
  type ArchiveTable,
  MANIFEST_NAME,
  PROJECT_NAME,
} from "#contract/archive.ts";
import type { UploadKind } from "#contract/upload.ts";
import { columnSchema } from "#db/column-schema.ts";
import { abTest, conversionEvent } from "#db/experiment-schema.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { savedRule } from "#db/rule-schema.ts";
import {
  deploymentSlot,
  evaluationConfig,
  itemMetaData,
  modelConfiguration,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
  userMetaData,
} from "#db/schema.ts";
import { userMerge } from "#db/user-merge-schema.ts";
import { tarEnd, tarHeader, tarPadding } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ResourceTable } from "../resources/listing.ts";
import { type ProjectRow, projectCodec } from "../resources/project.ts";
import { feedbackFiles } from "./archive-feedback.ts";
import { itemFiles } from "./archive-items.ts";
import { toArchiveRow } from "./archive-rows.ts";
import { userFiles } from "./archive-users.ts";
import { segmentsToArchive } from "./archived-events.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "items" | "clock">;

const ROWS_PER_FILE = 500;
const encoder = new TextEncoder();

/** An entry of the archive: text, or a stored object under another name. */
type Source =
  | { readonly name: string; readonly text: string }
  /** One that may be gone by then is left out. */
  | { readonly name: string; readonly key: string; readonly mayBeGone?: boolean };

/** The archive's bytes. Throws when a file of a row is gone: such an archive lacks its manifest and cannot be imported. */
export async function* exportProject(deps: Deps, project: ProjectRow): AsyncGenerator<Uint8Array> {
  const files: ArchiveManifest["files"] = [];
  for await (const source of sourcesOf(deps, project)) {
    const opened = await openSource(deps, source);
    if (opened === null) continue;
    const { size, chunks } = opened;
    const hash = createHash("sha256");
    yield tarHeader(source.name, size);
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
    yield tarPadding(size);
    files.push({ name: source.name, size, sha256: hash.digest("hex") });
  }
  const manifest: ArchiveManifest = { format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, files };
  const bytes = encoder.encode(JSON.stringify(manifest, null, 1));
  yield tarHeader(MANIFEST_NAME, bytes.length);
  yield bytes;
  yield tarPadding(bytes.length);
  yield tarEnd();
}

async function openSource(
  { store }: Deps,
  source: Source,
): Promise<{ size: number; chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> } | null> {
  if ("text" in source) {
    const bytes = encoder.encode(source.text);
    return { size: bytes.length, chunks: [bytes] };
  }
  const object = await store.get(source.key);
  if (object === null && source.mayBeGone) return null;
  if (object === null) throw new Error(`the object of ${source.name} is gone`);
  return { size: object.size, chunks: object.body };
}

async function* sourcesOf(deps: Deps, project: ProjectRow): AsyncGenerator<Source> {
  const head: ArchiveHead = {
    format: ARCHIVE_FORMAT,
    version: ARCHIVE_VERSION,
    exported_at: new Date(deps.clock()).toISOString(),
    project: projectCodec.archive(project),
  };
  yield { name: PROJECT_NAME, text: JSON.stringify(head, null, 1) };
  for (const archiveTable of ARCHIVE_TABLES) {
    for (const part of PARTS[archiveTable]) yield* rowsAndFiles(deps, project.id, archiveTable, part);
  }
  yield* itemFiles(deps, project.id);
  yield* userFiles(deps, project.id);
  await deps.events.flush(project.id);
  // A segment ends with its time, or with the last of its users.
  for await (const segment of segmentsToArchive(deps.store, project.id)) {
    yield { ...segment, mayBeGone: true };
  }
  // After its events: what is removed later by a row must not be missing in the row.
  yield* feedbackFiles(deps, project.id);
}

/** Where the rows of an archive's table come from. */
interface Part {
  readonly table: ResourceTable;
  readonly where: (projectId: number) => SQL | undefined;
  /** The kind of uploaded files. */
  readonly kind?: UploadKind;
}

const own = (table: ResourceTable, column: SQLiteColumn, kind?: UploadKind): Part => ({
  table,
  where: (projectId) => eq(column, projectId),
  ...(kind && { kind }),
});

const PARTS: Readonly<Record<ArchiveTable, readonly Part[]>> = {
  split_config: [{ table: splitConfig, where: namedBy(splitConfig.id, "split_id") }],
  evaluation_config: [{ table: evaluationConfig, where: namedBy(evaluationConfig.id, "evaluation_id") }],
  data_file: [
    own(trainingData, trainingData.projectId, "training_data"),
    own(itemMetaData, itemMetaData.projectId, "item_meta_data"),
    own(userMetaData, userMetaData.projectId, "user_meta_data"),
  ],
  tuning_job: [own(tuningJob, tuningJob.projectId)],
  model_configuration: [own(modelConfiguration, modelConfiguration.projectId)],
  trained_model: [own(trainedModel, trainedModel.projectId)],
  deployment_slot: [own(deploymentSlot, deploymentSlot.projectId)],
  conversion_event: [own(conversionEvent, conversionEvent.projectId)],
  ab_test: [own(abTest, abTest.projectId)],
  retraining_schedule: [own(retrainingSchedule, retrainingSchedule.projectId)],
  saved_rule: [own(savedRule, savedRule.projectId)],
  user_merge: [own(userMerge, userMerge.projectId)],
  column_schema: [own(columnSchema, columnSchema.projectId)],
};

/** Splits and evaluations belong to an account; the archive has those that the project's jobs and schedule use. */
function namedBy(column: SQLiteColumn, reference: "split_id" | "evaluation_id"): Part["where"] {
  const named = sql.raw(reference);
  return (projectId) =>
    or(
      inArray(column, sql`(select ${named} from tuning_job where project_id = ${projectId})`),
      inArray(column, sql`(select ${named} from retraining_schedule where project_id = ${projectId})`),
    );
}

interface AnyRow {
  readonly id: number;
  readonly fileKey?: string | null;
  readonly artifactKey?: string | null;
  readonly error?: string | null;
  readonly reading?: { readonly events?: unknown } | null;
}

const NOT_MADE = "The file had not been made of events when the project was exported.";

/** The file of a row that is made of events comes some time after its row: until then the archive has the row without it. */
async function asExported({ store }: Deps, row: AnyRow): Promise<AnyRow> {
  if (!row.fileKey || !row.reading?.events || (await store.head(row.fileKey))) return row;
  return { ...row, fileKey: null, error: row.error ?? NOT_MADE };
}

async function* rowsAndFiles(
  deps: Deps,
  projectId: number,
  archiveTable: ArchiveTable,
  { table, where, kind }: Part,
): AsyncGenerator<Source> {
  let after = 0;
  for (let page = 1; ; page++) {
    const found = (await deps.db
      .select()
      .from(table)
      .where(and(where(projectId), gt(table.id, after)))
      .orderBy(asc(table.id))
      .limit(ROWS_PER_FILE)) as AnyRow[];
    const last = found.at(-1);
    if (last === undefined) return;
    const rows = await Promise.all(found.map((row) => asExported(deps, row)));
    const lines = rows.map((row) => JSON.stringify(toArchiveRow(archiveTable, row, kind)));
    const number = String(page).padStart(6, "0");
    const name = `rows/${archiveTable}/${kind ? `${kind}-` : ""}${number}.ndjson`;
    yield { name, text: `${lines.join("\n")}\n` };
    for (const { id, fileKey, artifactKey } of rows) {
      if (kind && fileKey) yield { name: `files/${kind}/${id}`, key: fileKey };
      if (archiveTable === "trained_model" && artifactKey) yield { name: `models/${id}`, key: artifactKey };
    }
    after = last.id;
  }
}
