/**
 * Split and evaluation configurations belong to an account, for all its projects. Members of a project see those that it uses.
 * Their owner changes them as long as no project uses them where the owner may not change anything. An API key sees those that its
 * project uses and those that keys of its project made. It may change only the latter, as long as no other project uses them.
 */
import { and, eq, inArray, ne, notInArray, or, type SQL } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/sqlite-core";
import { createdByViewer, inForeignProject, inVisibleProject, type RowViewer } from "./ownership.ts";
import { retrainingSchedule } from "./retraining-schema.ts";
import { evaluationConfig, splitConfig, tuningJob } from "./schema.ts";

const builder = new QueryBuilder();

/** A table of such configurations, and the columns elsewhere that refer to its rows. */
function rulesOf(
  table: typeof splitConfig | typeof evaluationConfig,
  inJobs: typeof tuningJob.splitId | typeof tuningJob.evaluationId,
  inSchedules: typeof retrainingSchedule.splitId | typeof retrainingSchedule.evaluationId,
) {
  const usedByJobs = (where: SQL | undefined) => builder.select({ id: inJobs }).from(tuningJob).where(where);
  const usedBySchedules = (where: SQL | undefined) =>
    // A null among them would make "not in" unknown.
    builder
      .select({ id: inSchedules })
      .from(retrainingSchedule)
      .where(and(where, ne(inSchedules, 0)));
  return {
    visibleTo(viewer: RowViewer): SQL | undefined {
      const { key } = viewer;
      if (key === null && viewer.isStaff) return undefined;
      if (key === null) {
        return or(
          createdByViewer(table.createdBy, viewer),
          inArray(table.id, usedByJobs(inVisibleProject(tuningJob.projectId, viewer))),
          inArray(table.id, usedBySchedules(inVisibleProject(retrainingSchedule.projectId, viewer))),
        );
      }
      const isOfProject = or(
        eq(table.projectId, key.projectId),
        inArray(table.id, usedByJobs(eq(tuningJob.projectId, key.projectId))),
        inArray(table.id, usedBySchedules(eq(retrainingSchedule.projectId, key.projectId))),
      );
      return and(eq(table.createdBy, viewer.accountId), isOfProject);
    },
    changeableBy(viewer: RowViewer): SQL | undefined {
      const { key } = viewer;
      if (key === null && viewer.isStaff) return undefined;
      if (key === null) {
        return and(
          createdByViewer(table.createdBy, viewer),
          notInArray(table.id, usedByJobs(inForeignProject(tuningJob.projectId, viewer))),
          notInArray(table.id, usedBySchedules(inForeignProject(retrainingSchedule.projectId, viewer))),
        );
      }
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
