import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import { isOpenJob, JOB_STATUSES, type TuningJobResponse } from "#contract/tuning-job.ts";
import { project, trainingData, tuningJob } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { shortened } from "./kept-values.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type TuningJobRow = typeof tuningJob.$inferSelect;

export const tuningJobs: Resource<typeof tuningJob> = {
  model: "ParameterTuningJob",
  path: "parameter_tuning_job",
  one: "a tuning job",
  many: "tuning jobs",
  table: tuningJob,
  ...ofProject(tuningJob.projectId),
  filters: {
    id: { kind: "number", column: tuningJob.id },
    project: { kind: "reference", column: tuningJob.projectId, to: project },
    data__project: { kind: "reference", column: tuningJob.projectId, to: project },
    data: { kind: "reference", column: tuningJob.dataId, to: trainingData },
    status: { kind: "choice", column: tuningJob.status, choices: JOB_STATUSES },
  },
  order: [desc(tuningJob.id)],
};

export const tuningJobCodec = archivedCodec<TuningJobRow, TuningJobResponse, ArchiveRow<"tuning_job">>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: {
    api: leftOut("The data names the project."),
    archive: leftOut("Rows go into the project that the import makes."),
  },
  dataId: { api: "data", archive: { field: "data", to: "training_data", whenGone: "refuse" } },
  splitId: { api: "split", archive: { field: "split", to: "split_config", whenGone: "refuse" } },
  evaluationId: {
    api: "evaluation",
    archive: { field: "evaluation", to: "evaluation_config", whenGone: "refuse" },
  },
  status: {
    api: "status",
    archive: {
      field: "status",
      // The state of a running study is in its object, and not in the archive.
      write: (status) => (isOpenJob(status) ? "CANCELLED" : status),
      read: (status) => (status === "COMPLETED" || status === "FAILED" ? status : "CANCELLED"),
    },
  },
  parallelTrials: { api: "n_tasks_parallel", archive: "n_tasks_parallel" },
  trialCount: { api: "n_trials", archive: "n_trials" },
  memoryBudgetMb: { api: "memory_budget", archive: "memory_budget" },
  overallTimeoutS: { api: "timeout_overall", archive: "timeout_overall" },
  trialTimeoutS: { api: "timeout_singlestep", archive: "timeout_singlestep" },
  randomSeed: { api: "random_seed", archive: "random_seed" },
  fixedConfigurationId: {
    api: leftOut("The answer tells what a job found."),
    archive: {
      field: "fixed_configuration",
      to: "model_configuration",
      whenGone: "refuse",
      isLater: true,
    },
  },
  measuredModelId: {
    api: leftOut("The answer tells what a job found."),
    archive: { field: "measured_model", to: "trained_model", whenGone: "forget", isLater: true },
  },
  servingModelId: {
    api: leftOut("The answer tells what a job found."),
    archive: { field: "serving_model", to: "trained_model", whenGone: "forget", isLater: true },
  },
  algorithms: { api: "tried_algorithms_json", archive: "tried_algorithms_json" },
  trainAfterTuning: { api: "train_after_tuning", archive: "train_after_tuning" },
  deploy: {
    api: "deploy",
    archive: { field: "deploy", write: (mode) => mode, read: (mode = "if_better") => mode },
  },
  leftOut: {
    api: { field: "left_out", show: (algorithms) => algorithms ?? [] },
    archive: "left_out",
  },
  bestScore: { api: "best_score", archive: "best_score" },
  bestConfigId: {
    api: "best_config",
    archive: { field: "best_config", to: "model_configuration", whenGone: "forget", isLater: true },
  },
  tunedModelId: {
    api: "tuned_model",
    archive: { field: "tuned_model", to: "trained_model", whenGone: "forget", isLater: true },
  },
  finalMetrics: { api: "final_metrics", archive: "final_metrics" },
  testPart: {
    api: leftOut("The route tells it, also of jobs from before it was stored."),
    archive: "test_part",
  },
  engineVersion: { api: "irspack_version", archive: "engine_version" },
  error: { api: "error", archive: { field: "error", write: shortened, read: (reason) => reason } },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("The answer has only the time of creation."),
    archive: leftOut("The copy is as new as its import."),
  },
});

/** The test part of a job's figures. Jobs from before there were identities are identified by their rows. */
export function testPartOfJob({
  testPart,
  dataId,
  splitId,
  evaluationId,
}: Pick<TuningJobRow, "testPart" | "dataId" | "splitId" | "evaluationId">): string {
  return testPart ?? `rows-${dataId}-${splitId}-${evaluationId}`;
}
