/**
 * The data of serving at every location: one small JSON value in KV per API key and per project, built from D1 by the services. A
 * reader may see a value up to 60 s old.
 */
import * as z from "zod";
import { KEY_SCOPES } from "#contract/key-scopes.ts";
import { SEEN_RULES } from "#contract/seen-rules.ts";
import { trafficResponse } from "#contract/traffic.ts";
import { weightRule } from "#contract/weight-rule.ts";

/**
 * How long a location may answer from its copy of a key record, seconds: the least that KV accepts (60 by default). Together with
 * an isolate's memory (`KEY_MEMORY_MS`) a key stops everywhere within a minute of its revocation.
 */
export const KEY_CACHE_TTL_S = 30;
/** How long a location may answer from its copy of a manifest, seconds: the least that KV accepts. */
export const MANIFEST_CACHE_TTL_S = 30;
/** How long an isolate may trust a key record, milliseconds. */
export const KEY_MEMORY_MS = 20_000;

/**
 * Seconds after its publication when an entry expires (a week). The cron publishes it again after half of that: an entry without
 * a cron does not serve without end.
 */
export const ROUTING_TTL_S = 7 * 24 * 60 * 60;

/** The part of a KV namespace that reading and publishing need. */
export interface KeyValueStore {
  get(key: string, options?: { readonly cacheTtl: number }): Promise<string | null>;
  put(key: string, value: string, options?: { readonly expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** One page of the names in a KV namespace; `expiration` in seconds since 1970. */
export interface NamesPage {
  readonly keys: readonly { readonly name: string; readonly expiration?: number }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** Repairing also needs a list of entries, to find unknown ones. */
export interface RoutingStore extends KeyValueStore {
  list(options: { readonly limit: number; readonly cursor?: string | null }): Promise<NamesPage>;
}

export const keyRecord = z.object({
  id: z.number().int(),
  project_id: z.number().int(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** Epoch milliseconds. */
  expires_at: z.number().nullable(),
  /** Of a browser key: it acts only for the user of a token. Without origins of its own it has those of the project. */
  browser: z.object({ allowed_origins: z.array(z.string()) }).optional(),
  /** Requests that it may send; null for no limit. A key without limits has none. */
  limits: z.object({ per_second: z.number().nullable(), per_minute: z.number().nullable() }).optional(),
});
export type KeyRecord = z.infer<typeof keyRecord>;

export const modelReference = z.object({
  id: z.number().int(),
  artifact_key: z.string(),
  /** Its number within the project. Manifests of older versions have none. */
  version: z.number().int().optional(),
  /** When it was requested, epoch milliseconds: nothing in its history is later. Manifests of older versions have none. */
  trained_at: z.number().optional(),
});
export type ModelReference = z.infer<typeof modelReference>;

/** A rule that a project has saved and enabled, as serving applies it. */
export const savedRule = z.object({
  id: z.number().int(),
  name: z.string(),
  /** In the language of docs/guides/rules.md. */
  rule: z.string(),
  priority: z.number(),
  /** In force from … until before …, epoch milliseconds; null for always. */
  from: z.number().nullable(),
  to: z.number().nullable(),
});
export type SavedRule = z.infer<typeof savedRule>;

const slotFields = {
  id: z.number().int(),
  name: z.string(),
  model: modelReference,
};

/** A slot that answers no request. */
export const shadowSlot = z.object({
  ...slotFields,
  /** The share of requests for which it is scored. */
  rate: z.number(),
});
export type ShadowSlot = z.infer<typeof shadowSlot>;

/** An experiment as serving applies it. */
export const servedExperiment = z.object({
  id: z.number().int(),
  kind: z.enum(["ab", "interleave"]),
  /** In the order of the variants. Shares add up to 1. */
  arms: z.array(z.object({ slot_id: z.number().int(), share: z.number() })),
});
export type ServedExperiment = z.infer<typeof servedExperiment>;

export const servedHoldout = z.object({
  id: z.number().int(),
  share: z.number(),
  /** Null for popular items. */
  slot_id: z.number().int().nullable(),
});

export const routingManifest = z.object({
  v: z.literal(1),
  project_id: z.number().int(),
  slots: z.array(
    z.object({
      ...slotFields,
      weight: z.number(),
      /** Serves when the artifact of `model` is refused. */
      previous: modelReference.nullable(),
    }),
  ),
  /** The newest item metadata artifact. */
  metadata_key: z.string().nullable(),
  /** The newest user metadata artifact. Manifests of older versions have none. */
  user_metadata_key: z.string().nullable().optional(),
  /** Origins of pages that may call by browser. Manifests of older versions have none. */
  allowed_origins: z.array(z.string()).optional(),
  /** The project's settings of events, if it has any. */
  events: z
    .object({
      seen_rule: z.enum(SEEN_RULES),
      seen_days: z.number().nullable(),
      seen_types: z.array(z.string()).nullable(),
      weights: z.record(z.string(), z.number()),
      /** What the values of events are; absent if ratings alone have one. */
      rule: weightRule.optional(),
    })
    .optional(),
  /** Enabled rules, whether in force now or later. Manifests of older versions have none. */
  rules: z.array(savedRule).optional(),
  /** Scored beside the answers of slots. Manifests of older versions have none. */
  shadows: z.array(shadowSlot).optional(),
  /** The running experiment with slots, if all of its slots answer. Manifests of older versions have none. */
  experiment: servedExperiment.optional(),
  /** The group of people who get the baseline. Manifests of older versions have none. */
  holdout: servedHoldout.optional(),
  /** Models whose files were written again without an erased person, elsewhere than where a training writes. None: absent. */
  moved_models: z.array(modelReference.pick({ id: true, artifact_key: true })).optional(),
  /** Settings that differ from the defaults. Manifests of older versions have none. */
  traffic: trafficResponse.partial().optional(),
});
export type RoutingManifest = z.infer<typeof routingManifest>;

/** For a project that has no entry yet. */
export function manifestOfNothing(projectId: number): RoutingManifest {
  return { v: 1, project_id: projectId, slots: [], metadata_key: null };
}

/** The names of entries: a key's record, by the key's hash, and a project's manifest. */
export const keyEntry = (keyHash: string) => `key:${keyHash}`;
export const manifestEntry = (projectId: number) => `project:${projectId}`;

/** The last use of a key in serving: epoch milliseconds as text. Written by serving, expires a year after the last use. */
export const keyUseEntry = (keyId: number) => `used:${keyId}`;
export const KEY_USE_TTL_S = 365 * 24 * 60 * 60;

/** The meaning of a name; null for a name that Edgewise does not write. */
export function entryOf(name: string): { readonly keyHash: string } | { readonly projectId: number } | null {
  const [, kind, rest = ""] = /^(key|project):(.+)$/.exec(name) ?? [];
  if (kind === "key") return { keyHash: rest };
  return kind === "project" && /^\d{1,15}$/.test(rest) ? { projectId: Number(rest) } : null;
}

/** Sets an entry to a text, or deletes it. */
export function publishEntry(store: KeyValueStore, name: string, text: string | null): Promise<void> {
  return text === null ? store.delete(name) : store.put(name, text, { expirationTtl: ROUTING_TTL_S });
}

export function putKeyRecord(store: KeyValueStore, keyHash: string, record: KeyRecord): Promise<void> {
  return publishEntry(store, keyEntry(keyHash), JSON.stringify(record));
}

export async function findKeyRecord(store: KeyValueStore, keyHash: string): Promise<KeyRecord | null> {
  const text = await store.get(keyEntry(keyHash), { cacheTtl: KEY_CACHE_TTL_S });
  return text === null ? null : keyRecord.parse(JSON.parse(text));
}

export function putManifest(store: KeyValueStore, manifest: RoutingManifest): Promise<void> {
  return publishEntry(store, manifestEntry(manifest.project_id), JSON.stringify(manifest));
}

export async function findManifest(store: KeyValueStore, projectId: number): Promise<RoutingManifest | null> {
  const text = await store.get(manifestEntry(projectId), { cacheTtl: MANIFEST_CACHE_TTL_S });
  return text === null ? null : routingManifest.parse(JSON.parse(text));
}
