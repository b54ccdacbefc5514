/**
 * Split and evaluation configurations are a person's, for all projects of theirs. An API key sees what its project uses and what keys of
 * its project made, and changes only the latter, as long as no other project uses it.
 */
import { and, eq, inArray, ne, notInArray, or, type SQL } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/sqlite-core";
import { createdByViewer, type RowViewer } from "./ownership.ts";
import { retrainingSchedule } from "./retraining-schema.ts";
import { evaluationConfig, splitConfig, tuningJob } from "./schema.ts";

const builder = new QueryBuilder();

/** A table of such configurations, and the columns that name its rows elsewhere. */
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
      return and(eq(table.createdBy, viewer.userId), isOfProject);
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
