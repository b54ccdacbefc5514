/**
 * Rows that a request names by id. Another account's row and a missing one get the same answer, except for callers who see
 * everything: an error must not show which ids exist.
 */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { evaluationRules, splitRules } from "#db/config-ownership.ts";
import type { Database } from "#db/database.ts";
import { inOwnProject } from "#db/ownership.ts";
import {
  evaluationConfig,
  modelConfiguration,
  project,
  splitConfig,
  trainedModel,
  trainingData,
} from "#db/schema.ts";
import { fieldError } from "../app-error.ts";
import { findByRole } from "../by-role.ts";
import type { ResourceTable } from "../resources/listing.ts";
import { seesEverything, type Viewer } from "../viewer.ts";

/** A reference in a body: the table, who may refer to its rows, and the text for all other ids. */
interface Referable<T extends ResourceTable> {
  readonly table: T;
  readonly usableBy: (viewer: Viewer) => SQL | undefined;
  readonly notFoundText: string;
}

const inProjectOf = (column: SQLiteColumn) => (viewer: Viewer) => inOwnProject(column, viewer);

export const referable = {
  project: { table: project, usableBy: inProjectOf(project.id), notFoundText: "Project not found." },
  data: {
    table: trainingData,
    usableBy: inProjectOf(trainingData.projectId),
    notFoundText: "Data not found.",
  },
  configuration: {
    table: modelConfiguration,
    usableBy: inProjectOf(modelConfiguration.projectId),
    notFoundText: "Model configuration not found.",
  },
  model: {
    table: trainedModel,
    usableBy: inProjectOf(trainedModel.projectId),
    notFoundText: "Trained model not found.",
  },
  split: {
    table: splitConfig,
    usableBy: (viewer: Viewer) => splitRules.visibleTo({ ...viewer, isStaff: false }),
    notFoundText: "Split config not found.",
  },
  evaluation: {
    table: evaluationConfig,
    usableBy: (viewer: Viewer) => evaluationRules.visibleTo({ ...viewer, isStaff: false }),
    notFoundText: "Evaluation config not found.",
  },
} as const;

type ReferenceResult<Row> =
  | { readonly row: Row; readonly problem: null }
  | { readonly row: null; readonly problem: string };

/** The row, or what is wrong with the id. Throws 403 if only the caller's role in the row's project is too low. */
export async function resolveReference<T extends ResourceTable>(
  db: Database,
  viewer: Viewer,
  kind: Referable<T>,
  id: number,
): Promise<ReferenceResult<T["$inferSelect"]>> {
  const table = kind.table as ResourceTable;
  const row = await findByRole(viewer, async (as) => {
    const isUsable = and(eq(table.id, id), kind.usableBy(as));
    return (await db.select().from(table).where(isUsable).limit(1))[0] ?? null;
  });
  if (row !== null) return { row: row as T["$inferSelect"], problem: null };
  const problem = (await mayTell(db, viewer, table, id))
    ? `Invalid pk "${id}" - object does not exist.`
    : kind.notFoundText;
  return { row: null, problem };
}

async function mayTell(db: Database, viewer: Viewer, table: ResourceTable, id: number): Promise<boolean> {
  if (!seesEverything(viewer)) return false;
  const rows = await db.select({ one: sql`1` }).from(table).where(eq(table.id, id)).limit(1);
  return rows.length === 0;
}

/** The row that one field refers to, or a field error. */
export async function requireReference<T extends ResourceTable>(
  db: Database,
  viewer: Viewer,
  kind: Referable<T>,
  field: string,
  id: number,
): Promise<T["$inferSelect"]> {
  const result = await resolveReference(db, viewer, kind, id);
  if (result.problem !== null) throw fieldError(field, result.problem);
  return result.row as T["$inferSelect"];
}
