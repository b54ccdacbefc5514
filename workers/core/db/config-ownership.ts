/**
 * Split and evaluation configurations belong to an account, for all its projects. An API key sees those that its project uses and
 * those that keys of its project made. It may change only the latter, as long as no other project uses them.
 */
import { and, eq, inArray, ne, notInArray, or, type SQL } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/sqlite-core";
import { createdByViewer, type RowViewer } from "./ownership.ts";
import { retrainingSchedule } from "./retraining-schema.ts";
import { evaluationConfig, splitConfig, tuningJob } from "./schema.ts";

const builder = new QueryBuilder();

/** A table of such configurations, and the columns elsewhere that refer to its rows. */
function rulesOf(
  table: typeof splitConfig | typeof evaluationConfig,
  inJobs: typeof tuningJob.splitId | typeof tuningJob.evaluationId,
  inSchedules: typeof retrainingSchedule.splitId | typeof retrainingSchedule.evaluationId,
) {
  const usedByJobs = (where: SQL) => builder.select({ id: inJobs }).from(tuningJob).where(where);
  const usedBySchedules = (where: SQL) =>
    // A null among them would make "not in" unknown.
    builder
      .select({ id: inSchedules })
      .from(retrainingSchedule)
      .where(and(where, ne(inSchedules, 0)));
  return {
    visibleTo(viewer: RowViewer): SQL | undefined {
      const { key } = viewer;
      if (key === null) return createdByViewer(table.createdBy, viewer);
      const isOfProject = or(
        eq(table.projectId, key.projectId),
        inArray(table.id, usedByJobs(eq(tuningJob.projectId, key.projectId))),
        inArray(table.id, usedBySchedules(eq(retrainingSchedule.projectId, key.projectId))),
      );
      return and(eq(table.createdBy, viewer.accountId), isOfProject);
    },
    changeableBy({ key }: RowViewer): SQL | undefined {
      if (key === null) return undefined;
      return and(
        eq(table.projectId, key.projectId),
        notInArray(table.id, usedByJobs(ne(tuningJob.projectId, key.projectId))),
        notInArray(table.id, usedBySchedules(ne(retrainingSchedule.projectId, key.projectId))),
      );
    },
  };
}

export const splitRules = rulesOf(splitConfig, tuningJob.splitId, retrainingSchedule.splitId);
export const evaluationRules = rulesOf(
  evaluationConfig,
  tuningJob.evaluationId,
  retrainingSchedule.evaluationId,
);
