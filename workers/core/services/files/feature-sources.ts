/** The tables of properties that a project's models learn from: its newest readable metadata of items and of users. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import { missingTable, type TablesPresent } from "#engine/algorithms/needs-tables.ts";
import type { FeatureSource, FeatureSources, JobFeatures } from "#jobs/feature-sources.ts";

const TABLE_NAMES = { items: "item", users: "user" } as const;

interface Deps {
  readonly db: Database;
}

export async function featureSourcesOf({ db }: Deps, projectId: number): Promise<FeatureSources> {
  const [items, users] = await Promise.all([
    newestOf(db, itemMetaData, projectId),
    newestOf(db, userMetaData, projectId),
  ]);
  return { items, users };
}

/** The sides of a project that have a table. */
export async function tablesPresent(deps: Deps, projectId: number): Promise<TablesPresent> {
  const { items, users } = await featureSourcesOf(deps, projectId);
  return { items: items !== null, users: users !== null };
}

/** Why an algorithm has nothing to read in a project with these tables; null if it has what it needs. */
export function missingTableText(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  tables: TablesPresent,
): string | null {
  const missing = missingTable(algorithm, params, tables);
  if (missing === null) return null;
  const wanted = missing.needs.map((side) => `${TABLE_NAMES[side]} metadata`).join(" or ");
  return `${missing.algorithm} needs ${wanted}, and the project has none. Upload a table of properties first.`;
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
): Promise<FeatureSource | null> {
  const [row] = await db
    .select({ metadataKey: table.artifactKey })
    .from(table)
    .where(and(eq(table.projectId, projectId), isNotNull(table.artifactKey)))
    .orderBy(desc(table.id))
    .limit(1);
  return row?.metadataKey ? { metadataKey: row.metadataKey, columns: null } : null;
}
