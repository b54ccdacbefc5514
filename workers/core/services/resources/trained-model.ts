import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { TrainedModelResponse } from "#contract/model.ts";
import { project, trainedModel, trainingData } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { shortened } from "./kept-values.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type TrainedModelRow = typeof trainedModel.$inferSelect;

export const trainedModels: Resource<typeof trainedModel> = {
  model: "TrainedModel",
  path: "trained_model",
  one: "a trained model",
  many: "trained models",
  table: trainedModel,
  ...ofProject(trainedModel.projectId),
  filters: {
    id: { kind: "number", column: trainedModel.id },
    data_loc: { kind: "reference", column: trainedModel.dataId, to: trainingData },
    project: { kind: "reference", column: trainedModel.projectId, to: project },
    data_loc__project: { kind: "reference", column: trainedModel.projectId, to: project },
  },
  order: [desc(trainedModel.id)],
};

export const trainedModelCodec = archivedCodec<
  TrainedModelRow,
  TrainedModelResponse,
  ArchiveRow<"trained_model">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: {
    api: leftOut("The configuration names the project."),
    archive: leftOut("Rows go into the project that the import makes."),
  },
  configurationId: {
    api: "configuration",
    archive: { field: "configuration", to: "model_configuration", whenGone: "refuse" },
  },
  dataId: { api: "data_loc", archive: { field: "data", to: "training_data", whenGone: "refuse" } },
  tuningJobId: {
    api: leftOut("The job names its model."),
    archive: { field: "tuning_job", to: "tuning_job", whenGone: "forget" },
  },
  version: { api: "version", archive: "version" },
  status: {
    api: "status",
    archive: {
      field: "status",
      write: (status) => status,
      read: (status) => (status === "READY" || status === "FAILED" ? status : "PENDING"),
    },
  },
  progress: { api: "progress", archive: leftOut("It follows from the status.") },
  error: { api: "error", archive: { field: "error", write: shortened, read: (reason) => reason } },
  artifactKey: {
    api: leftOut("The route makes `file` of it, and `basename`."),
    archive: {
      field: "has_file",
      write: (key) => key !== null,
      notRestored: "The import stores the model under a key of the copy.",
    },
  },
  filesize: {
    api: leftOut("The route hides the size of a file that is gone."),
    archive: leftOut("The import measures what it stores."),
  },
  metrics: { api: "metrics", archive: "metrics" },
  testPart: { api: "test_part", archive: "test_part" },
  deploy: {
    api: "deploy",
    archive: leftOut("The archive's slots say what is live, also where a model is trained again."),
  },
  deployment: {
    api: { field: "deployment", show: (reason) => reason ?? "" },
    archive: { field: "deployment", write: shortened, read: (reason = null) => reason },
  },
  deployedAt: { api: leftOut("The project's serving shows what is live."), archive: "deployed_at" },
  withdrawnAt: {
    api: leftOut("The project's serving shows what it rolls back to."),
    archive: "withdrawn_at",
  },
  measuringJobId: {
    api: leftOut("A comparison of models shows where figures are from."),
    archive: { field: "measuring_job", to: "tuning_job", whenGone: "forget" },
  },
  trainingSeconds: { api: leftOut("A comparison of models shows it."), archive: "training_seconds" },
  work: { api: "work", archive: leftOut("The copy was not trained where it is.") },
  engineVersion: { api: "irspack_version", archive: "engine_version" },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("The answer has only the time of creation."),
    archive: leftOut("The copy is as new as its import."),
  },
});
