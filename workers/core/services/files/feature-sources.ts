/**
 * The tables of properties that a project's models learn from: its newest readable metadata of items and of users, with what
 * applications wrote over them.
 */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { TableSide } from "#contract/table-sides.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import { missingTable, type TablesPresent } from "#engine/algorithms/needs-tables.ts";
import { columnsInUse } from "#engine/features/table-schema.ts";
import { textColumns } from "#engine/features/text-vectors.ts";
import type { FeatureSource, FeatureSources, JobFeatures } from "#jobs/feature-sources.ts";
import type { ServiceDeps } from "../deps.ts";
import { chosenSchema, columnsForTraining, correctedColumns, readColumns } from "../tables/column-schemas.ts";
import { GLANCED_ROWS } from "../tables/written-columns.ts";
import { hasWritten, type WrittenDeps } from "../tables/written-rows.ts";
import { type CopyDeps, copyWritten, MAX_COPIED_USER_BYTES } from "./written-copies.ts";

const TABLE_NAMES = {
  items: "item metadata",
  users: "user metadata",
  vectors: "a column of vectors in its item metadata",
} as const;

type Deps = Pick<ServiceDeps, "db">;

/** To see what tables a project has. */
export type TablesDeps = Deps & WrittenDeps & Pick<ServiceDeps, "embedsTexts" | "sleep">;

/** The newest files, without what was written over them. */
export async function fileSourcesOf({ db }: Deps, projectId: number): Promise<FeatureSources> {
  const [items, users] = await Promise.all([
    fileSource(db, projectId, "item"),
    fileSource(db, projectId, "user"),
  ]);
  return { items, users };
}

async function fileSource(db: Database, projectId: number, side: TableSide): Promise<FeatureSource | null> {
  const metadataKey = await newestOf(db, side === "item" ? itemMetaData : userMetaData, projectId);
  if (metadataKey === null) return null;
  return { metadataKey, columns: await correctedColumns(db, projectId, side) };
}

/** The sides of a project that have a table, and whether that of items has vectors, or texts that become some. */
export async function tablesPresent(deps: TablesDeps, projectId: number): Promise<TablesPresent> {
  const [{ items, users }, hasItems, hasUsers] = await Promise.all([
    fileSourcesOf(deps, projectId),
    hasWritten(deps, projectId, "item"),
    hasWritten(deps, projectId, "user"),
  ]);
  const present = { items: items !== null || hasItems, users: users !== null || hasUsers };
  return { ...present, vectors: present.items && (await mayHaveVectors(deps, projectId, items !== null)) };
}

/** Where the columns of a file are not known yet, it may have some. */
async function mayHaveVectors(deps: TablesDeps, projectId: number, hasFile: boolean): Promise<boolean> {
  const some = (columns: readonly FeatureColumn[]) =>
    columns.some(({ type }) => type === "vector") || (deps.embedsTexts && textColumns(columns).length > 0);
  const ofFile = hasFile ? await columnsForTraining(deps.db, projectId, "item") : [];
  if (ofFile === null || some(ofFile)) return true;
  const { schema } = await readColumns(deps, projectId, "item", GLANCED_ROWS);
  return some(columnsInUse(schema));
}

/** Why an algorithm has nothing to read in a project with these tables; null if it has what it needs. */
export function missingTableText(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  tables: TablesPresent,
): string | null {
  const missing = missingTable(algorithm, params, tables);
  if (missing === null) return null;
  const wanted = missing.needs.map((side) => TABLE_NAMES[side]).join(" or ");
  const remedy = missing.needs.includes("vectors")
    ? "Upload a table of items with a JSON list of numbers, or float32 numbers in base64, for each item, or let Workers AI make vectors of its texts (docs/guides/embeddings.md)"
    : "Upload a table of properties, or write properties over the API, first (docs/guides/tables.md)";
  return `${missing.algorithm} needs ${wanted}, and the project has none. ${remedy}.`;
}

/** Where a job keeps what it reads of tables. */
export interface TableKeys {
  readonly features: string;
  readonly written: (side: TableSide) => string;
}

/** What a job that begins now has in its specification; nothing without tables. Copies what was written, unless an earlier call did. */
export async function jobFeatures(
  deps: Deps & CopyDeps,
  projectId: number,
  keys: TableKeys,
): Promise<{ readonly features?: JobFeatures }> {
  const notes: string[] = [];
  const sourceOf = async (side: TableSide): Promise<FeatureSource | null> => {
    const file = await fileSource(deps.db, projectId, side);
    // Marks of deleted items change nothing without a file.
    if (file === null && !(await hasWritten(deps, projectId, side))) return null;
    const key = keys.written(side);
    const copied = await copyWritten(deps, projectId, side, key);
    if (copied === "too-much") notes.push(TOO_MUCH_TEXT);
    if (copied !== "stored") return file;
    const written = { key, schema: await chosenSchema(deps.db, projectId, side) };
    return { ...(file ?? { metadataKey: null, columns: null }), written };
  };
  const items = await sourceOf("item");
  const users = await sourceOf("user");
  if (items === null && users === null && notes.length === 0) return {};
  return {
    features: { items, users, artifactKey: keys.features, ...(notes.length > 0 && { notes }) },
  };
}

const TOO_MUCH_TEXT = `The properties that applications wrote of users have more than ${MAX_COPIED_USER_BYTES / 1024 / 1024} MiB, which is the most that a job reads. It goes on without them. Upload a table of users with the columns that matter.`;

async function newestOf(
  db: Database,
  table: typeof itemMetaData | typeof userMetaData,
  projectId: number,
): Promise<string | null> {
  const [row] = await db
    .select({ metadataKey: table.artifactKey })
    .from(table)
    .where(and(eq(table.projectId, projectId), isNotNull(table.artifactKey)))
    .orderBy(desc(table.id))
    .limit(1);
  return row?.metadataKey ?? null;
}
