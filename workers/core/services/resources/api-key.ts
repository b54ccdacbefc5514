import { desc } from "drizzle-orm";
import type { ApiKeyResponse } from "#contract/api-key.ts";
import { apiKey, project } from "#db/schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type ApiKeyRow = typeof apiKey.$inferSelect;

export const apiKeys: Resource<typeof apiKey> = {
  model: "ApiKey",
  path: "api_keys",
  one: "an API key",
  many: "API keys",
  table: apiKey,
  ...ofProject(apiKey.projectId),
  filters: {
    id: { kind: "number", column: apiKey.id },
    project: { kind: "reference", column: apiKey.projectId, to: project },
  },
  order: [desc(apiKey.id)],
};

export const apiKeyCodec = shownCodec<ApiKeyRow, ApiKeyResponse>(
  "Keys are secrets of the project that they were made for.",
)({
  id: { api: "id" },
  projectId: { api: "project" },
  ownerId: { api: leftOut("It is who made the project.") },
  name: { api: "name" },
  keyPrefix: { api: "key_prefix" },
  keyHash: { api: leftOut("It is a secret.") },
  scopes: { api: "scopes" },
  isActive: { api: "is_active" },
  isBrowser: { api: "is_browser" },
  allowedOrigins: { api: { field: "allowed_origins", show: (origins) => origins ?? [] } },
  requestsPerSecond: { api: "requests_per_second" },
  requestsPerMinute: { api: "requests_per_minute" },
  expiresAt: { api: { time: "expires_at" } },
  lastUsedAt: { api: { time: "last_used_at" } },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: leftOut("The answer has only the time of creation.") },
});
