import { desc } from "drizzle-orm";
import type { PostgresSourceResponse } from "#contract/postgres-source.ts";
import { project } from "#db/schema.ts";
import { postgresSource } from "#db/source-schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type PostgresSourceRow = typeof postgresSource.$inferSelect;

export const postgresSources: Resource<typeof postgresSource> = {
  model: "PostgresSource",
  path: "postgres_source",
  one: "a PostgreSQL source",
  many: "PostgreSQL sources",
  table: postgresSource,
  ...ofProject(postgresSource.projectId),
  filters: {
    project: { kind: "reference", column: postgresSource.projectId, to: project },
    is_enabled: { kind: "flag", column: postgresSource.isEnabled },
  },
  order: [desc(postgresSource.id)],
};

export const postgresSourceCodec = shownCodec<PostgresSourceRow, PostgresSourceResponse>(
  "The connection belongs to the deployment; what was read of it is in the archive's events and items.",
)({
  id: { api: "id" },
  projectId: { api: "project" },
  name: { api: "name" },
  connection: { api: "connection" },
  preset: { api: "preset" },
  mapping: { api: { fields: ["interactions", "items", "users"], showAll: (mapping) => mapping } },
  everyMinutes: { api: "every_minutes" },
  isEnabled: { api: "is_enabled" },
  status: { api: "status" },
  error: { api: "error" },
  progress: { api: leftOut("Texts of PostgreSQL that say nothing to people.") },
  counts: { api: "counts" },
  rejected: { api: "rejected" },
  lastReadAt: { api: { time: "last_read_at" } },
  nextReadAt: { api: { time: "next_read_at" } },
  leaseUntil: { api: leftOut("An inner matter; `status` says that it is being read.") },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: { time: "updated_at" } },
});
