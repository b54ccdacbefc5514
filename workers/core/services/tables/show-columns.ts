/** Columns of tables as the API shows them. */
import type { ColumnsResponse, SchemaColumn, SchemaVersionResponse } from "#contract/column-schema.ts";
import { FEATURE_TYPE_TEXTS } from "#contract/feature-types.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { type TableSchema, typeOfColumn } from "#engine/features/table-schema.ts";
import { type ColumnSchemaRow, columnSchemaCodec } from "../resources/column-schema.ts";
import type { ProjectRow } from "../resources/project.ts";
import { type KnownColumns, schemaOf } from "./column-schemas.ts";
import { metadataIdColumn } from "./id-column.ts";

/** What the values of a column are; a file of an earlier release has none of these. */
interface NamedFacts {
  readonly name: string;
  readonly samples?: readonly string[] | undefined;
  readonly filled?: number | undefined;
  readonly distinct?: number | undefined;
}

export function toColumnsResponse(
  project: ProjectRow,
  side: TableSide,
  known: KnownColumns,
): ColumnsResponse {
  const { row, table, schema, written } = known;
  const ofProject = metadataIdColumn(side === "item" ? project.itemColumn : project.userColumn);
  const idColumn = row?.idColumn ?? ofProject;
  const described: readonly NamedFacts[] = [...(table?.report?.columns ?? []), ...written];
  const factsOf = new Map(described.map((column) => [column.name, column]));
  return {
    project: project.id,
    side,
    version: row?.version ?? 0,
    metadata: table?.id ?? null,
    id_column: idColumn,
    other_columns: schema.otherColumns,
    columns: schema.columns.map((column) => {
      const { samples = null, filled = null, distinct = null } = factsOf.get(column.name) ?? {};
      const shown = shownColumn(schema, column);
      const typeText = shown.type && FEATURE_TYPE_TEXTS[shown.type];
      const facts = { samples: samples && [...samples], filled, distinct };
      const is_written = written.some(({ name }) => name === column.name);
      return { ...shown, type_text: typeText, ...facts, is_written };
    }),
    warnings: warningsOf(idColumn, known),
  };
}

/** A file that was read with the ids of another column needs another upload. */
function warningsOf(idColumn: string, { table }: KnownColumns): string[] {
  const read = table?.report?.id_column;
  if (table === null || read === undefined || read === idColumn) return [];
  return [
    `The ids of file ${table.id} were read from the column "${read}", not from "${idColumn}". Upload the file again.`,
  ];
}

export function toVersionResponse(row: ColumnSchemaRow): SchemaVersionResponse {
  const schema = schemaOf(row);
  return {
    ...columnSchemaCodec.show(row),
    columns: schema.columns.map((column) => shownColumn(schema, column)),
  };
}

function shownColumn(schema: TableSchema, column: SchemaColumn) {
  const type = typeOfColumn(schema, column);
  return {
    name: column.name,
    type: type?.type ?? null,
    separator: type?.separator ?? null,
    longitude: type?.longitude ?? null,
    guessed_type: column.guess?.type ?? null,
    is_corrected: column.choice !== null,
    is_missing: column.is_missing,
  };
}
