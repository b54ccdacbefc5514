import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { SavedRuleResponse } from "#contract/saved-rule.ts";
import { savedRule } from "#db/rule-schema.ts";
import { project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type SavedRuleRow = typeof savedRule.$inferSelect;

export const savedRules: Resource<typeof savedRule> = {
  model: "SavedRule",
  path: "saved_rule",
  one: "a saved rule",
  many: "saved rules",
  table: savedRule,
  ...ofProject(savedRule.projectId),
  filters: {
    project: { kind: "reference", column: savedRule.projectId, to: project },
    is_enabled: { kind: "flag", column: savedRule.isEnabled },
  },
  order: [desc(savedRule.id)],
};

export const savedRuleCodec = archivedCodec<SavedRuleRow, SavedRuleResponse, ArchiveRow<"saved_rule">>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  name: { api: "name", archive: "name" },
  kind: { api: "kind", archive: "kind" },
  rule: { api: "rule", archive: "rule" },
  priority: { api: "priority", archive: "priority" },
  startsAt: { api: { time: "starts_at" }, archive: "starts_at" },
  endsAt: { api: { time: "ends_at" }, archive: "ends_at" },
  isEnabled: { api: "is_enabled", archive: "is_enabled" },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
