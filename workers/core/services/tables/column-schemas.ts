/**
 * The columns of a project's tables of items and users. Each change is a version: the guess of a file that was read, or a correction.
 * What the values are is not stored in versions: it is in the report of the newest file, from which an erasure removes it.
 */
import { and, desc, eq, isNotNull, lte } from "drizzle-orm";
import { MAX_SCHEMA_VERSIONS, type SchemaColumn } from "#contract/column-schema.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import { SILENT_TYPES } from "#contract/feature-types.ts";
import type { MetadataReport } from "#contract/ingestion.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { columnSchema } from "#db/column-schema.ts";
import { type Database, isUniqueViolation } from "#db/database.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import type { ColumnDescription } from "#engine/features/guess-columns.ts";
import {
  chosenColumns,
  columnsInUse,
  NO_SCHEMA,
  schemaAfterFile,
  schemaWithWritten,
  type TableSchema,
} from "#engine/features/table-schema.ts";
import type { Clock } from "#platform/clock.ts";
import type { ColumnSchemaRow } from "../resources/column-schema.ts";
import { type WrittenColumnsDeps, writtenColumns } from "./written-columns.ts";

const metadataTables = { item: itemMetaData, user: userMetaData } as const;

/** The newest file of a side that can be read. */
export interface NewestTable {
  readonly id: number;
  readonly artifactKey: string;
  readonly report: MetadataReport | null;
}

export interface KnownSchema {
  /** The newest version; null before any. */
  readonly row: ColumnSchemaRow | null;
  readonly table: NewestTable | null;
  /** After the newest file. */
  readonly schema: TableSchema;
}

export async function readSchema(db: Database, projectId: number, side: TableSide): Promise<KnownSchema> {
  const files = metadataTables[side];
  const isReadable = and(
    eq(files.projectId, projectId),
    eq(files.status, "READY"),
    isNotNull(files.artifactKey),
  );
  const [[row = null], [file]] = await db.batch([
    db
      .select()
      .from(columnSchema)
      .where(ofSide(projectId, side))
      .orderBy(desc(columnSchema.version))
      .limit(1),
    db
      .select({ id: files.id, artifactKey: files.artifactKey, report: files.report })
      .from(files)
      .where(isReadable)
      .orderBy(desc(files.id))
      .limit(1),
  ]);
  const table = file?.artifactKey ? { ...file, artifactKey: file.artifactKey } : null;
  return { row, table, schema: afterTable(schemaOf(row), table?.report ?? null) };
}

/** A file that an earlier release read has no guesses. */
function afterTable(schema: TableSchema, report: MetadataReport | null): TableSchema {
  const guessed = (report?.columns ?? []).flatMap(({ name, guess }) => (guess ? [{ name, guess }] : []));
  return guessed.length === 0 ? schema : schemaAfterFile(schema, guessed);
}

/** The same with the columns that only written rows have. */
export interface KnownColumns extends KnownSchema {
  /** They, with their samples. */
  readonly written: readonly ColumnDescription[];
}

/** @param mostRows Written rows that are looked at; as many as a page shows by default. */
export async function readColumns(
  deps: WrittenColumnsDeps & { readonly db: Database },
  projectId: number,
  side: TableSide,
  mostRows?: number,
): Promise<KnownColumns> {
  const [known, written] = await Promise.all([
    readSchema(deps.db, projectId, side),
    writtenColumns(deps, projectId, side, mostRows),
  ]);
  return withWritten(known, written);
}

/** What is known of a file's columns, with those of written rows. */
export function withWritten(known: KnownSchema, all: readonly ColumnDescription[]): KnownColumns {
  const ofFile = new Set(known.table?.report?.columns.map(({ name }) => name) ?? []);
  const written = all.filter(({ name }) => !ofFile.has(name));
  return { ...known, written, schema: schemaWithWritten(known.schema, known.table !== null, written) };
}

/** What somebody chose, for a job that guesses the rest. */
export async function chosenSchema(db: Database, projectId: number, side: TableSide): Promise<TableSchema> {
  const { columns, otherColumns } = schemaOf((await readSchema(db, projectId, side)).row);
  return { columns: columns.filter(({ choice }) => choice !== null), otherColumns };
}

export function schemaOf(row: ColumnSchemaRow | null): TableSchema {
  return row ? { columns: row.columns ?? [], otherColumns: row.otherColumns } : NO_SCHEMA;
}

function ofSide(projectId: number, side: TableSide) {
  return and(eq(columnSchema.projectId, projectId), eq(columnSchema.side, side));
}

/** Newest first. */
export function schemaVersions(db: Database, projectId: number, side: TableSide): Promise<ColumnSchemaRow[]> {
  return db.select().from(columnSchema).where(ofSide(projectId, side)).orderBy(desc(columnSchema.version));
}

type Deps = { readonly db: Database; readonly clock: Clock };
type Stored = Pick<ColumnSchemaRow, "origin" | "idColumn">;

/** Stores a version if it differs from the newest one. Of two at the same time the later one sees the earlier one. */
export async function storeSchema(
  deps: Deps,
  place: { readonly projectId: number; readonly side: TableSide },
  change: (known: KnownSchema) => Stored & { readonly schema: TableSchema },
): Promise<KnownSchema> {
  for (;;) {
    const known = await readSchema(deps.db, place.projectId, place.side);
    const { schema, ...stored } = change(known);
    if (isSame(known.row, schema, stored.idColumn)) return known;
    try {
      const row = await insertVersion(deps, { ...place, ...stored }, schema, (known.row?.version ?? 0) + 1);
      return { ...known, row, schema };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }
}

function isSame(row: ColumnSchemaRow | null, schema: TableSchema, idColumn: string | null): boolean {
  if (row === null)
    return schema.columns.length === 0 && schema.otherColumns === "guessed" && idColumn === null;
  const text = (columns: readonly SchemaColumn[] | null) => JSON.stringify((columns ?? []).map(inOrder));
  return (
    row.idColumn === idColumn &&
    row.otherColumns === schema.otherColumns &&
    text(row.columns) === text(schema.columns)
  );
}

function inOrder({ name, guess, choice, is_missing }: SchemaColumn) {
  const parts = (type: SchemaColumn["choice"]) =>
    type === null || type === "used" ? type : [type.type, type.separator ?? null, type.longitude ?? null];
  return [name, parts(guess), parts(choice), is_missing];
}

async function insertVersion(
  { db, clock }: Deps,
  place: Stored & { readonly projectId: number; readonly side: TableSide },
  { columns, otherColumns }: TableSchema,
  version: number,
): Promise<ColumnSchemaRow> {
  const now = clock();
  const values = { ...place, version, columns, otherColumns, createdAt: now, updatedAt: now };
  const [[row]] = await db.batch([
    db.insert(columnSchema).values(values).returning(),
    db
      .delete(columnSchema)
      .where(
        and(ofSide(place.projectId, place.side), lte(columnSchema.version, version - MAX_SCHEMA_VERSIONS)),
      ),
  ]);
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

/** After a file was read or was refused: what the newest readable file has becomes a version. */
export async function noteNewestFile(deps: Deps, projectId: number, side: TableSide): Promise<void> {
  await storeSchema(deps, { projectId, side }, ({ row, schema }) => ({
    schema,
    origin: "file",
    idColumn: row?.idColumn ?? null,
  }));
}

/** The columns of a side as models read them; null while nothing is known, and they are guessed from the whole table. */
export async function columnsForTraining(
  db: Database,
  projectId: number,
  side: TableSide,
): Promise<FeatureColumn[] | null> {
  const { schema } = await readSchema(db, projectId, side);
  return schema.columns.length === 0 ? null : columnsInUse(schema);
}

/**
 * The columns that a job's models read, if somebody has corrected any; null otherwise, and they are guessed from the whole table. Columns
 * that add nothing are left out.
 */
export async function correctedColumns(
  db: Database,
  projectId: number,
  side: TableSide,
): Promise<FeatureColumn[] | null> {
  const { schema } = await readSchema(db, projectId, side);
  const isCorrected =
    schema.otherColumns !== "guessed" || schema.columns.some(({ choice }) => choice !== null);
  if (!isCorrected) return null;
  return columnsInUse(schema).filter(({ type }) => type === "vector" || !SILENT_TYPES.includes(type));
}

/** What the reading of a file needs of the schema: another column of ids, and types to compare the values with. */
export async function schemaForReading(
  db: Database,
  projectId: number,
  side: TableSide,
): Promise<{ readonly idColumn: string | null; readonly chosen: FeatureColumn[] }> {
  const { row } = await readSchema(db, projectId, side);
  return { idColumn: row?.idColumn ?? null, chosen: chosenColumns(schemaOf(row)) };
}
