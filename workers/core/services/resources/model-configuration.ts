import { desc } from "drizzle-orm";
import { findClassName } from "#contract/algorithm-names.ts";
import type { ArchiveRow } from "#contract/archive.ts";
import type { ModelConfigurationResponse } from "#contract/model.ts";
import { modelConfiguration, project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type ModelConfigurationRow = typeof modelConfiguration.$inferSelect;

export const modelConfigurations: Resource<typeof modelConfiguration> = {
  model: "ModelConfiguration",
  path: "model_configuration",
  one: "a model configuration",
  many: "model configurations",
  table: modelConfiguration,
  ...ofProject(modelConfiguration.projectId),
  filters: {
    id: { kind: "number", column: modelConfiguration.id },
    project: { kind: "reference", column: modelConfiguration.projectId, to: project },
  },
  order: [desc(modelConfiguration.id)],
};

export const modelConfigurationCodec = archivedCodec<
  ModelConfigurationRow,
  ModelConfigurationResponse,
  ArchiveRow<"model_configuration">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  tuningJobId: {
    api: "tuning_job",
    archive: { field: "tuning_job", to: "tuning_job", whenGone: "forget" },
  },
  name: { api: "name", archive: "name" },
  recommenderClassName: {
    api: "recommender_class_name",
    archive: {
      field: "recommender_class_name",
      write: (name) => name,
      read: (name) => findClassName(name) ?? name,
    },
  },
  parameters: { api: "parameters_json", archive: "parameters_json" },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("The answer has only the time of creation."),
    archive: leftOut("The copy is as new as its import."),
  },
});
