import type { ApiKeyRequest } from "#contract/api-key.ts";

const KEY_LIVES_MS = 86_400_000;

/** A request for a key that lives a day and may do what an application does. */
export function keyBody(project: number, now: Date) {
  return {
    project,
    name: `API reference, ${now.toISOString().slice(0, 19).replace("T", " ")}`,
    scopes: ["predict", "events", "items"],
    expires_at: new Date(now.getTime() + KEY_LIVES_MS).toISOString(),
  } satisfies Partial<ApiKeyRequest>;
}
