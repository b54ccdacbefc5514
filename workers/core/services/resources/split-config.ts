import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { SplitConfigResponse } from "#contract/study-config.ts";
import { splitRules } from "#db/config-ownership.ts";
import { splitConfig } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";

export type SplitConfigRow = typeof splitConfig.$inferSelect;

export const splitConfigs: Resource<typeof splitConfig> = {
  model: "SplitConfig",
  path: "split_config",
  one: "a split",
  many: "splits",
  table: splitConfig,
  visibleTo: splitRules.visibleTo,
  filters: {
    id: { kind: "number", column: splitConfig.id },
    name: { kind: "text", column: splitConfig.name },
    unnamed: { kind: "isNull", column: splitConfig.name },
  },
  order: [desc(splitConfig.id)],
};

export const splitConfigCodec = archivedCodec<
  SplitConfigRow,
  SplitConfigResponse,
  ArchiveRow<"split_config">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  createdBy: { api: "created_by", archive: leftOut("The copy is the importer's.") },
  name: { api: "name", archive: "name" },
  scheme: { api: "scheme", archive: "scheme" },
  heldoutRatio: { api: "heldout_ratio", archive: "heldout_ratio" },
  nHeldout: { api: "n_heldout", archive: "n_heldout" },
  testUserRatio: { api: "test_user_ratio", archive: "test_user_ratio" },
  nTestUsers: { api: "n_test_users", archive: "n_test_users" },
  keepsSeen: { api: "keeps_seen", archive: "keeps_seen" },
  randomSeed: { api: "random_seed", archive: "random_seed" },
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
