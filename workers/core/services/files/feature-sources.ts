/** The tables of properties that a project's models learn from: its newest readable metadata of items and of users. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { TableSide } from "#contract/column-schema.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import { missingTable, type TablesPresent } from "#engine/algorithms/needs-tables.ts";
import { textColumns } from "#engine/features/text-vectors.ts";
import type { FeatureSource, FeatureSources, JobFeatures } from "#jobs/feature-sources.ts";
import type { ServiceDeps } from "../deps.ts";
import { columnsForTraining, correctedColumns } from "../tables/column-schemas.ts";

const TABLE_NAMES = {
  items: "item metadata",
  users: "user metadata",
  vectors: "a column of vectors in its item metadata",
} as const;

interface Deps {
  readonly db: Database;
}

export async function featureSourcesOf({ db }: Deps, projectId: number): Promise<FeatureSources> {
  const sourceOf = async (side: TableSide): Promise<FeatureSource | null> => {
    const metadataKey = await newestOf(db, side === "item" ? itemMetaData : userMetaData, projectId);
    if (metadataKey === null) return null;
    return { metadataKey, columns: await correctedColumns(db, projectId, side) };
  };
  const [items, users] = await Promise.all([sourceOf("item"), sourceOf("user")]);
  return { items, users };
}

/**
 * The sides of a project that have a table, and whether that of items has vectors, or texts that become some. Where its columns are not
 * known yet, it may have.
 */
export async function tablesPresent(
  deps: Deps & Pick<ServiceDeps, "embedsTexts">,
  projectId: number,
): Promise<TablesPresent> {
  const [{ items, users }, columns] = await Promise.all([
    featureSourcesOf(deps, projectId),
    columnsForTraining(deps.db, projectId, "item"),
  ]);
  const vectors =
    items !== null &&
    (columns === null ||
      columns.some(({ type }) => type === "vector") ||
      (deps.embedsTexts && textColumns(columns).length > 0));
  return { items: items !== null, users: users !== null, vectors };
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
    : "Upload a table of properties first";
  return `${missing.algorithm} needs ${wanted}, and the project has none. ${remedy}.`;
}

/** What a job that begins now has in its specification; nothing without tables. @param artifactKey Where it keeps its features. */
export async function jobFeatures(
  deps: Deps,
  projectId: number,
  artifactKey: string,
): Promise<{ readonly features?: JobFeatures }> {
  const sources = await featureSourcesOf(deps, projectId);
  if (sources.items === null && sources.users === null) return {};
  return { features: { ...sources, artifactKey } };
}

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
