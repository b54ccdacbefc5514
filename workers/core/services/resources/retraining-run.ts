import { desc } from "drizzle-orm";
import { type RetrainingRunResponse, RUN_STATUSES } from "#contract/retraining.ts";
import { retrainingRun, retrainingSchedule } from "#db/retraining-schema.ts";
import { project } from "#db/schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type RetrainingRunRow = typeof retrainingRun.$inferSelect;

export const retrainingRuns: Resource<typeof retrainingRun> = {
  model: "RetrainingRun",
  path: "retraining_run",
  one: "a retraining run",
  many: "retraining runs",
  table: retrainingRun,
  ...ofProject(retrainingRun.projectId),
  filters: {
    project: { kind: "reference", column: retrainingRun.projectId, to: project },
    schedule: { kind: "reference", column: retrainingRun.scheduleId, to: retrainingSchedule },
    status: { kind: "choice", column: retrainingRun.status, choices: RUN_STATUSES },
  },
  order: [desc(retrainingRun.id)],
};

export const retrainingRunCodec = shownCodec<RetrainingRunRow, RetrainingRunResponse>(
  "Runs are of what happened elsewhere.",
)({
  id: { api: "id" },
  projectId: { api: leftOut("The schedule names the project.") },
  scheduleId: { api: "schedule" },
  trigger: { api: "trigger" },
  dueAt: { api: leftOut("The answer has the time when the run was made.") },
  status: { api: "status" },
  dataId: { api: leftOut("The model names its data.") },
  configurationId: { api: leftOut("The model names its configuration.") },
  eventDataId: { api: leftOut("The model names its data.") },
  eventsAtTrigger: { api: leftOut("The data say how many there are.") },
  modelId: { api: "trained_model" },
  tuningJobId: { api: "tuning_job" },
  attempts: { api: "attempts" },
  notBefore: { api: leftOut("The attempts tell the wait.") },
  leaseUntil: { api: leftOut("Which worker has the row.") },
  errorMessage: { api: "error_message" },
  deployment: { api: "deployment" },
  rowsAtTrigger: { api: "data_rows_at_trigger" },
  completedAt: { api: { time: "completed_at" } },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: leftOut("The answer has only the time of creation.") },
});
