import { desc } from "drizzle-orm";
import { AB_TEST_STATUSES, type AbTestResponse } from "#contract/ab-test.ts";
import type { ArchiveRow } from "#contract/archive.ts";
import { abTest } from "#db/experiment-schema.ts";
import { project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type AbTestRow = typeof abTest.$inferSelect;

export const abTests: Resource<typeof abTest> = {
  model: "ABTest",
  path: "ab_test",
  one: "an A/B test",
  many: "A/B tests",
  table: abTest,
  ...ofProject(abTest.projectId),
  filters: {
    project: { kind: "reference", column: abTest.projectId, to: project },
    status: { kind: "choice", column: abTest.status, choices: AB_TEST_STATUSES },
  },
  order: [desc(abTest.id)],
};

export const abTestCodec = archivedCodec<AbTestRow, AbTestResponse, ArchiveRow<"ab_test">>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  name: { api: "name", archive: "name" },
  status: { api: "status", archive: "status" },
  controlSlotId: {
    api: "control_slot",
    archive: { field: "control_slot", to: "deployment_slot", whenGone: "refuse" },
  },
  variantSlotId: {
    api: "variant_slot",
    archive: { field: "variant_slot", to: "deployment_slot", whenGone: "refuse" },
  },
  targetMetric: { api: "target_metric_name", archive: "target_metric" },
  minSampleSize: { api: "min_sample_size", archive: "min_sample_size" },
  confidenceLevel: { api: "confidence_level", archive: "confidence_level" },
  startedAt: { api: { time: "started_at" }, archive: "started_at" },
  endedAt: { api: { time: "ended_at" }, archive: "ended_at" },
  winnerSlotId: {
    api: "winner_slot",
    archive: { field: "winner_slot", to: "deployment_slot", whenGone: "forget" },
  },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
