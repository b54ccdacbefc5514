/** Log lines of jobs and trainings in the database, where clients poll for them. */
import { eq } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { taskLog, trainedModel, tuningJob } from "#db/schema.ts";

/** The owner of the lines. */
export type TaskLogSource =
  | { readonly kind: "tuning_job"; readonly id: number }
  | { readonly kind: "trained_model"; readonly id: number };

export interface TaskLogLine {
  /** Within its source, from 1 and ascending, so that storing a line twice is harmless. */
  readonly lineNumber: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly contents: string;
}

/** D1 takes 100 bound parameters a statement, a line binds six. */
const LINES_PER_INSERT = 16;

async function projectOf(db: Database, source: TaskLogSource): Promise<number | null> {
  const table = source.kind === "tuning_job" ? tuningJob : trainedModel;
  const [row] = await db
    .select({ projectId: table.projectId })
    .from(table)
    .where(eq(table.id, source.id))
    .limit(1);
  return row?.projectId ?? null;
}

/** Stores lines that are not stored yet. Does nothing when the job or model is gone. */
export async function recordTaskLog(
  { db }: { readonly db: Database },
  source: TaskLogSource,
  lines: readonly TaskLogLine[],
): Promise<void> {
  const projectId = await projectOf(db, source);
  if (projectId === null) return;
  const owner = source.kind === "tuning_job" ? { tuningJobId: source.id } : { modelId: source.id };
  for (let from = 0; from < lines.length; from += LINES_PER_INSERT) {
    const rows = lines
      .slice(from, from + LINES_PER_INSERT)
      .map(({ lineNumber, at, contents }) => ({ projectId, ...owner, lineNumber, contents, createdAt: at }));
    await db.insert(taskLog).values(rows).onConflictDoNothing();
  }
}
