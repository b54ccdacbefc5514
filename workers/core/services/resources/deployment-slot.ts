import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import { DEFAULT_SHADOW_RATE, type DeploymentSlotResponse } from "#contract/deployment-slot.ts";
import { deploymentSlot, project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type DeploymentSlotRow = typeof deploymentSlot.$inferSelect;

export const deploymentSlots: Resource<typeof deploymentSlot> = {
  model: "DeploymentSlot",
  path: "deployment_slot",
  one: "a deployment slot",
  many: "deployment slots",
  table: deploymentSlot,
  ...ofProject(deploymentSlot.projectId),
  filters: {
    id: { kind: "number", column: deploymentSlot.id },
    project: { kind: "reference", column: deploymentSlot.projectId, to: project },
    is_active: { kind: "flag", column: deploymentSlot.isActive },
  },
  order: [desc(deploymentSlot.id)],
};

export const deploymentSlotCodec = archivedCodec<
  DeploymentSlotRow,
  DeploymentSlotResponse,
  ArchiveRow<"deployment_slot">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  name: { api: "name", archive: "name" },
  modelId: {
    api: "trained_model",
    archive: { field: "trained_model", to: "trained_model", whenGone: "refuse" },
  },
  previousModelId: {
    api: "previous_model",
    archive: { field: "previous_model", to: "trained_model", whenGone: "forget" },
  },
  weight: { api: "weight", archive: "weight" },
  isActive: { api: "is_active", archive: "is_active" },
  isDefault: { api: leftOut("The project's serving shows it."), archive: "is_default" },
  isShadow: {
    api: "is_shadow",
    archive: { field: "is_shadow", write: (isShadow) => isShadow, read: (isShadow = false) => isShadow },
  },
  shadowRate: {
    api: "shadow_rate",
    archive: { field: "shadow_rate", write: (rate) => rate, read: (rate = DEFAULT_SHADOW_RATE) => rate },
  },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
