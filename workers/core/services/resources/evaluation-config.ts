import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { EvaluationConfigResponse } from "#contract/study-config.ts";
import { evaluationRules } from "#db/config-ownership.ts";
import { evaluationConfig } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";

export type EvaluationConfigRow = typeof evaluationConfig.$inferSelect;

export const evaluationConfigs: Resource<typeof evaluationConfig> = {
  model: "EvaluationConfig",
  path: "evaluation_config",
  one: "an evaluation",
  many: "evaluations",
  table: evaluationConfig,
  visibleTo: evaluationRules.visibleTo,
  filters: {
    id: { kind: "number", column: evaluationConfig.id },
    name: { kind: "text", column: evaluationConfig.name },
    unnamed: { kind: "isNull", column: evaluationConfig.name },
  },
  order: [desc(evaluationConfig.id)],
};

export const evaluationConfigCodec = archivedCodec<
  EvaluationConfigRow,
  EvaluationConfigResponse,
  ArchiveRow<"evaluation_config">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  createdBy: { api: "created_by", archive: leftOut("The copy is the importer's.") },
  name: { api: "name", archive: "name" },
  cutoff: { api: "cutoff", archive: "cutoff" },
  targetMetric: { api: "target_metric", archive: "target_metric" },
  projectId: {
    api: leftOut("Who may change the row follows from it; nobody sets it."),
    archive: leftOut("Keys are not in an archive: the copy belongs to the account."),
  },
  importId: {
    api: leftOut("Marks rows of an import under way."),
    archive: leftOut("The import marks its own rows."),
  },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
