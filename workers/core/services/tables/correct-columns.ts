/** Corrections of columns, and AiREC's mappings, which say the same in another way. */
import type { ColumnsRequest, InteractionMapping, ItemMapping } from "#contract/column-schema.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { misfitText } from "#engine/features/column-check.ts";
import { chosenColumns, schemaAfterChoices, type TableSchema } from "#engine/features/table-schema.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { refuseOverloaded } from "../preview.ts";
import { updateProject } from "../projects/projects.ts";
import type { ColumnSchemaRow } from "../resources/column-schema.ts";
import type { ProjectRow } from "../resources/project.ts";
import {
  type KnownColumns,
  type NewestTable,
  readColumns,
  storeSchema,
  withWritten,
} from "./column-schemas.ts";
import { metadataIdColumn } from "./id-column.ts";
import { type WrittenColumnsDeps, writtenMisfit } from "./written-columns.ts";

type Deps = Pick<ServiceDeps, "db" | "preview" | "clock"> & WrittenColumnsDeps;

/**
 * Throws a field error that names the column, and its value and row where a value does not fit. Throws a conflict if the request was
 * made from another version than the newest.
 */
export async function correctColumns(
  deps: Deps,
  project: ProjectRow,
  side: TableSide,
  request: ColumnsRequest,
): Promise<KnownColumns> {
  const { version, columns = [], other_columns: others, item_id, item_title, feature_cols } = request;
  if (item_id !== undefined || item_title !== undefined || feature_cols !== undefined) {
    const isMixed = request.columns !== undefined || others !== undefined;
    if (isMixed) throw fieldError("columns", "Send either columns or a mapping with item_id, not both.");
    if (side === "user") throw fieldError("item_id", "A mapping of items belongs to the columns of items.");
    if (item_id === undefined) throw fieldError("item_id", "A mapping names the column of the ids.");
    return mapItemColumns(
      deps,
      project,
      { item_id, item_title: item_title ?? null, feature_cols: feature_cols ?? [] },
      version,
    );
  }
  const known = await readColumns(deps, project.id, side);
  refuseStale(known.row, version);
  const after = schemaAfterChoices(known.schema, columns, others);
  const named = columns.filter(({ choice }) => choice !== null).map(({ name }) => name);
  refuseUnknown(known, [...named, ...longitudesOf(after)], "columns");
  const chosen = chosenColumns(after).filter(({ name }) => named.includes(name));
  await refuseMisfits(deps, known.table, chosen);
  await refuseWrittenMisfits(deps, { projectId: project.id, side }, known, chosen);
  const stored = await storeSchema(deps, { projectId: project.id, side }, ({ row, schema }) => {
    refuseStale(row, version);
    return {
      schema: schemaAfterChoices(schema, columns, others),
      origin: "correction",
      idColumn: row?.idColumn ?? null,
    };
  });
  return withWritten(stored, known.written);
}

/** Somebody else's correction, or a newer file, since `seen` is no reason to lose either: the caller looks again. */
function refuseStale(row: ColumnSchemaRow | null, seen: number | undefined): void {
  const version = row?.version ?? 0;
  if (seen === undefined || seen === version) return;
  const cause = row?.origin === "file" ? "a file was read" : "somebody corrected them";
  const message = `The columns are at version ${version} now, not ${seen}: ${cause} meanwhile. Nothing was changed. Look at them again.`;
  throw new AppError("conflict", message, { version });
}

/**
 * AiREC's mapping of items: titles are one column, features are read as they are guessed (as text where models would not read them),
 * other columns are ignored. It may come before the file. Of a table that was read with the ids of another column, the answer of
 * the API says to upload it again.
 */
export async function mapItemColumns(
  deps: Deps,
  project: ProjectRow,
  { item_id: idColumn, item_title: title, feature_cols: features }: ItemMapping,
  version?: number,
): Promise<KnownColumns> {
  const known = await readColumns(deps, project.id, "item");
  refuseStale(known.row, version);
  refuseUnknown(known, title === null ? [] : [title], "item_title");
  refuseUnknown(known, features, "feature_cols");
  const isKnown = known.table === null || known.table.report?.id_column === idColumn;
  if (!isKnown) refuseUnknown(known, [idColumn], "item_id");
  if (title !== null) await refuseMisfits(deps, known.table, [{ name: title, type: "title" }], "item_title");
  const stored = await storeSchema(deps, { projectId: project.id, side: "item" }, ({ row, schema }) => {
    refuseStale(row, version);
    return {
      schema: mapped(schema, idColumn, title, features),
      origin: "correction",
      idColumn: idColumn === metadataIdColumn(project.itemColumn) ? null : idColumn,
    };
  });
  return withWritten(stored, known.written);
}

function mapped(
  schema: TableSchema,
  idColumn: string,
  title: string | null,
  features: readonly string[],
): TableSchema {
  const before = schema.columns.map(({ name }) => ({ name, choice: null }));
  const used = features.filter((name) => name !== title && name !== idColumn);
  const titles = title === null ? [] : [{ name: title, choice: { type: "title" } as const }];
  return schemaAfterChoices(
    schema,
    [...before, ...used.map((name) => ({ name, choice: "used" as const })), ...titles],
    "ignored",
  );
}

/** AiREC's mapping of interactions: it sets the project's columns. */
export function mapInteractions(
  deps: Pick<ServiceDeps, "db" | "clock" | "routing" | "sleep">,
  project: ProjectRow,
  { user_id, item_id, rating = null }: InteractionMapping,
): Promise<ProjectRow> {
  return updateProject(deps, project, { user_column: user_id, item_column: item_id, weight_column: rating });
}

function longitudesOf(schema: TableSchema): string[] {
  return chosenColumns(schema).flatMap(({ longitude }) => (longitude === undefined ? [] : [longitude]));
}

/** A column that only written rows have is compared with all of them. In a column of a file a written value that does not fit counts as nothing known. */
async function refuseWrittenMisfits(
  deps: WrittenColumnsDeps,
  { projectId, side }: { readonly projectId: number; readonly side: TableSide },
  { written }: KnownColumns,
  columns: readonly FeatureColumn[],
): Promise<void> {
  const checked = columns.filter(({ name }) => written.some((column) => column.name === name));
  if (checked.length === 0) return;
  const found = await writtenMisfit(deps, projectId, side, checked);
  if (found) throw fieldError("columns", misfitText(found.misfit, `the ${side} "${found.id}"`));
}

/** Without a file any name may come later. */
function refuseUnknown({ table, schema }: KnownColumns, names: readonly string[], field: string): void {
  if (table === null) return;
  const known = schema.columns.map(({ name }) => name);
  const reported = table.report?.columns.map(({ name }) => name) ?? [];
  const unknown = names.find((name) => !known.includes(name) && !reported.includes(name));
  if (unknown === undefined) return;
  const idColumn = table.report?.id_column;
  if (unknown === idColumn) throw fieldError(field, `"${unknown}" holds the ids: its type stays id.`);
  const shown = known.slice(0, MOST_SHOWN).join(", ");
  throw fieldError(
    field,
    `There is no column "${unknown}". The columns are ${shown}${known.length > MOST_SHOWN ? ", …" : "."}`,
  );
}

const MOST_SHOWN = 50;

/** Compares chosen types with all values of the newest file. */
async function refuseMisfits(
  { preview }: Pick<Deps, "preview">,
  table: NewestTable | null,
  columns: readonly FeatureColumn[],
  field = "columns",
): Promise<void> {
  if (table === null || columns.length === 0) return;
  const result = await preview.checkColumns(table.artifactKey, [...columns]);
  refuseOverloaded(result);
  if (!result.ok)
    throw new AppError("conflict", `The metadata ${table.id} cannot be read. Upload the file again.`);
  if (result.value === null) return;
  const { misfit, id, line } = result.value;
  const unit = table.report?.format.name === "json" ? "record" : "line";
  const where = line === null ? `the row of "${id}"` : `${unit} ${line} ("${id}")`;
  throw fieldError(field, misfitText(misfit, where));
}
