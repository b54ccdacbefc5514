/**
 * What serving reads at every location: one small JSON value in KV per API key and per project, rebuilt from D1 by the services.
 * A reader may see a value up to 60 s old.
 */
import { z } from "zod";
import { KEY_SCOPES } from "#contract/api-key.ts";

/**
 * How long a location may answer with a key record that it has read before, seconds: the least that KV takes (by default it is 60).
 * With what an isolate remembers (`KEY_MEMORY_MS`) a key stops everywhere within a minute of its revocation.
 */
export const KEY_CACHE_TTL_S = 30;
/** How long an isolate may trust a key record, milliseconds. */
export const KEY_MEMORY_MS = 20_000;

/** The slice of a KV namespace that is used here. */
export interface KeyValueStore {
  get(key: string, options?: { readonly cacheTtl: number }): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

export const keyRecord = z.object({
  id: z.number().int(),
  project_id: z.number().int(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** Epoch milliseconds. */
  expires_at: z.number().nullable(),
});
export type KeyRecord = z.infer<typeof keyRecord>;

export const modelReference = z.object({ id: z.number().int(), artifact_key: z.string() });
export type ModelReference = z.infer<typeof modelReference>;

export const routingManifest = z.object({
  v: z.literal(1),
  project_id: z.number().int(),
  slots: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      weight: z.number(),
      model: modelReference,
      /** Serves when the artifact of `model` is refused. */
      previous: modelReference.nullable(),
    }),
  ),
  /** The newest item metadata artifact. */
  metadata_key: z.string().nullable(),
});
export type RoutingManifest = z.infer<typeof routingManifest>;

const apiKeyName = (keyHash: string) => `key:${keyHash}`;
const manifestName = (projectId: number) => `project:${projectId}`;

export function putKeyRecord(store: KeyValueStore, keyHash: string, record: KeyRecord): Promise<void> {
  return store.put(apiKeyName(keyHash), JSON.stringify(record));
}

export function deleteKeyRecord(store: KeyValueStore, keyHash: string): Promise<void> {
  return store.delete(apiKeyName(keyHash));
}

export async function findKeyRecord(store: KeyValueStore, keyHash: string): Promise<KeyRecord | null> {
  const text = await store.get(apiKeyName(keyHash), { cacheTtl: KEY_CACHE_TTL_S });
  return text === null ? null : keyRecord.parse(JSON.parse(text));
}

export function putManifest(store: KeyValueStore, manifest: RoutingManifest): Promise<void> {
  return store.put(manifestName(manifest.project_id), JSON.stringify(manifest));
}

export function deleteManifest(store: KeyValueStore, projectId: number): Promise<void> {
  return store.delete(manifestName(projectId));
}

export async function findManifest(store: KeyValueStore, projectId: number): Promise<RoutingManifest | null> {
  const text = await store.get(manifestName(projectId));
  return text === null ? null : routingManifest.parse(JSON.parse(text));
}
