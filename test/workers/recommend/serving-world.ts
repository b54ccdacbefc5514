/** The app of serving over memory: one project with one slot, and the calls of its clients. */

import { createHash } from "node:crypto";
import type { KeyScope } from "#contract/key-scopes.ts";
import { buildCatalogue } from "#engine/catalogue/catalogue.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { ItemLookup, lookupSections } from "#engine/serve/item-lookup.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import type { ItemCount } from "#jobs/event-shard/event-counts.ts";
import type { LiveItem } from "#jobs/event-shard/recent-items.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { applyUserWrite, type UserRow } from "#jobs/event-shard/user-properties.ts";
import { gunzip } from "#platform/gunzip.ts";
import { createSignedTokens } from "#platform/signed-tokens.ts";
import { createApp } from "#recommend/app.ts";
import type { EventShards } from "#recommend/events/event-shards.ts";
import { createImpressions } from "#recommend/events/impressions.ts";
import { createItems } from "#recommend/items/items.ts";
import { createShelfMemory } from "#recommend/items/shelf-memory.ts";
import { createEventCountMemory } from "#recommend/memory/event-count-memory.ts";
import { createLiveItems } from "#recommend/memory/live-items.ts";
import { createShownItems } from "#recommend/memory/shown-items.ts";
import { createTrainingHistories } from "#recommend/memory/training-histories.ts";
import type { MeteredCall } from "#recommend/metering/request-meter.ts";
import { createPreviews } from "#recommend/previews.ts";
import { ownDialect } from "#recommend/serving/dialect.ts";
import type { LoggedIds } from "#recommend/serving/logged-ids.ts";
import { createServing } from "#recommend/serving/serving.ts";
import { createUserTokens, USER_TOKEN_PURPOSE } from "#recommend/serving/user-tokens.ts";
import { createUsers } from "#recommend/users/users.ts";
import { type KeyRecord, putKeyRecord, putManifest, type RoutingManifest } from "#storage/routing-store.ts";
import { fitted, tinyDataset } from "../../shared/engine/serve/tiny-world.ts";
import { memoryFeedback } from "./memory-feedback.ts";
import { memoryShelf } from "./memory-shelf.ts";

export const KEY = `rctm_${"k".repeat(64)}`;
export const EVENTS_KEY = `rctm_${"e".repeat(64)}`;
export const ITEMS_KEY = `rctm_${"i".repeat(64)}`;

export function hashOf(text: string): string {
  const hash = createHash("sha256");
  hash.update(new TextEncoder().encode(text));
  return hash.digest("hex");
}

export const model = (id: number) => ({ id, artifact_key: `models/${id}` });

export function slot(
  overrides: Partial<RoutingManifest["slots"][number]> = {},
): RoutingManifest["slots"][number] {
  return { id: 4, name: "default", weight: 100, model: model(2), previous: model(1), ...overrides };
}

function metadataFound(find: (id: string) => Record<string, unknown> | null, ids: readonly string[]) {
  function* search() {
    yield;
    return [];
  }
  const builder = new IdMapBuilder();
  for (const id of ids) builder.intern(id);
  return { size: 1, itemIds: builder.finish(), columns: ["title"], find, search, records: () => [] };
}

const BRANDS: Readonly<Record<string, string>> = { "1": "acme", "2": "acme", "3": "bolt", "4": "bolt" };
/** Items cost their number; 5 and 9 have no brand. */
const { catalogue } = buildCatalogue(
  ["1", "2", "3", "4", "5", "9"].map((itemId) => ({
    itemId,
    properties: { price: Number(itemId), brand: BRANDS[itemId] },
  })),
);

/** Two items have one title. */
const TITLES: Readonly<Record<string, string>> = { "1": "Heat", "2": "Up", "3": "Heat", "9": "Nine" };
const titled = await readMetadata(
  {
    name: "titles.ndjson",
    bytes: (async function* () {
      const lines = Object.entries(TITLES).map(([id, title]) => `${JSON.stringify({ id, title })}\n`);
      yield new TextEncoder().encode(lines.join(""));
    })(),
  },
  { columns: { item: "id" }, gunzip, breathe: async () => undefined },
);
const table = metadataSections(titled.metadata);
const titles = [...table, ...lookupSections(table, { id: "id", title: "title", texts: [] })];
const lookup = ItemLookup.of(titles, metadataOf(titles));

const NINE = { title: "Nine", tags: "a|b", community: "c1" };

/** Event shards over memory. */
export function memoryShards(now: () => number = () => 0) {
  const users = new Map<string, UserRow>();
  const said = memoryFeedback(now, users);
  const sent: { projectId: number; events: readonly StoredEvent[] }[] = [];
  const state = {
    problem: null as Error | null,
    recent: [] as readonly LiveItem[],
    counts: new Map<string, readonly ItemCount[]>(),
    /** What questions about people wait for. */
    slow: null as Promise<unknown> | null,
    /** The people that were asked for. */
    asked: [] as string[],
  };
  const shards: EventShards = {
    append: async (projectId, events) => {
      if (state.problem) throw state.problem;
      sent.push({ projectId, events });
      said.add(events);
      return { accepted: events.length, duplicates: 0 };
    },
    isQuiet: () => false,
    known: () => null,
    recentOf: async (_, userId) => {
      if (state.problem) throw state.problem;
      state.asked.push(userId);
      await state.slow;
      return { items: state.recent, properties: users.get(userId) ?? null };
    },
    writeUser: async (_, write) => {
      if (state.problem) throw state.problem;
      const written = applyUserWrite(users.get(write.userId) ?? null, { users: 0, bytes: 0 }, write, now());
      if (written.ok) users.set(write.userId, written.row);
      return written;
    },
    recentChanged: () => undefined,
    windowedCounts: async (_, { window, group, type, withBefore }) => {
      if (state.problem) throw state.problem;
      const name = [window, withBefore ? "before" : "", group].filter((part) => part !== "").join(" ");
      const counts = state.counts.get(name) ?? [];
      return { counts: counts.filter((one) => type === undefined || one.type === type), isCut: false };
    },
  };
  return { shards, sent, state, users, said };
}

export async function world(
  damaged: Readonly<Record<string, Error>> = {},
  nine: Readonly<Record<string, unknown>> = NINE,
  secrets: readonly string[] = ["a secret of serving"],
  changesOf: (servable: Servable) => Partial<Servable> = () => ({}),
  /** Records of metadata, of items and users, beside the one of 9. */
  records: Readonly<Record<string, Record<string, unknown>>> = {},
) {
  const values = new Map<string, string>();
  const asked: string[] = [];
  const digested: string[] = [];
  const routing = {
    get: async (key: string) => {
      asked.push(key);
      return values.get(key) ?? null;
    },
    put: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
  };
  const dataset = await tinyDataset();
  const servable: Servable = {
    model: fitted(dataset, "TopPop"),
    users: dataset.users,
    items: dataset.items,
    history: dataset.userItems,
    disliked: null,
    ...NO_MODEL_FEATURES,
    popularity: new Float32Array(dataset.items.size).fill(1),
    popular: Uint32Array.from({ length: dataset.items.size }, (_, item) => item),
  };
  const changes = changesOf(servable);
  const memory = memoryShards(() => now);
  const patience = {
    sleep: () => new Promise<void>(() => undefined),
    /** How long answers wait for a training history. */
    history: () => new Promise<void>(() => undefined),
    /** How long impressions wait for others. */
    batch: () => Promise.resolve(),
  };
  const logged: string[] = [];
  const loggedIds: LoggedIds[] = [];
  const logError = (event: string, _error: unknown, ids?: LoggedIds) => {
    logged.push(event);
    if (ids) loggedIds.push(ids);
  };
  let now = 1_000;
  /** Keys of models in memory. */
  const loaded = new Set<string>();
  /** What differs in models, by key. */
  const ofModel = new Map<string, Partial<Servable>>();
  /** Loads of these models wait. */
  const slowModels = new Map<string, Promise<void>>();
  /** Work beyond the answers. */
  const kept: Promise<unknown>[] = [];
  /** The next draws of requests without a user. */
  const draws: number[] = [];
  const written = memoryShelf(() => now);
  const itemMemory = createShelfMemory({
    shelf: () => written.shelf,
    artifacts: { open: () => Promise.reject(new Error("there is no snapshot")) },
    now: () => now,
    sleep: () => patience.sleep(),
    keep: () => undefined,
    waitMs: 50,
    logError,
  });
  const models = {
    size: 1,
    bytes: 0,
    has: (key: string) => loaded.has(key),
    load: async (key: string) => {
      const error = damaged[key];
      if (error) throw error;
      await slowModels.get(key);
      loaded.add(key);
      return { ...servable, ...changes, ...ofModel.get(key) };
    },
  };
  const metadata = {
    load: async (key: string) => {
      const error = damaged[key];
      if (error) throw error;
      const find = (id: string) => records[id] ?? (id === "9" ? { ...nine } : null);
      return metadataFound(find, [...Object.keys(records), "9"]);
    },
    lookup: async (key: string) => {
      const error = damaged[key];
      if (error) throw error;
      return lookup;
    },
    catalogue: async (key: string) => {
      const error = damaged[key];
      if (error) throw error;
      return catalogue;
    },
  };
  const serving = createServing({
    dialect: ownDialect,
    items: itemMemory,
    counts: createEventCountMemory({
      shards: memory.shards,
      sleep: () => patience.sleep(),
      now: () => now,
      keep: () => undefined,
      waitMs: 50,
      logError,
    }),
    live: createLiveItems({
      shards: memory.shards,
      sleep: () => patience.sleep(),
      now: () => now,
      keep: () => undefined,
      waitMs: 50,
      logError: (event) => void logged.push(event),
    }),
    shown: createShownItems({
      shards: memory.shards,
      now: () => now,
      keep: (work) => void kept.push(work),
      logError,
    }),
    histories: createTrainingHistories({
      sleep: () => patience.history(),
      keep: () => undefined,
      waitMs: 200,
      logError,
    }),
    keyMemoryMs: 20_000,
    routing,
    models,
    metadata,
    now: () => now,
    sleep: async () => undefined,
    impressions: createImpressions({
      shards: memory.shards,
      now: () => now,
      sleep: () => patience.batch(),
      keep: (work) => void kept.push(work),
      logError,
    }),
    keep: (work) => void kept.push(work),
    random: () => draws.shift() ?? 0,
    digest: (text) => {
      digested.push(text);
      return hashOf(text);
    },
    userTokens: createUserTokens(
      createSignedTokens(() => secrets, USER_TOKEN_PURPOSE),
      () => now,
    ),
    noteKeyUse: () => undefined,
    logError,
  });
  const calls: MeteredCall[] = [];
  const previews = createPreviews({
    models,
    metadata,
    serving,
    shards: memory.shards,
    breathe: async () => undefined,
    now: () => now,
  });
  const app = createApp({
    lists: previews,
    serving,
    meter: { call: (call) => void calls.push(call) },
    shards: memory.shards,
    items: createItems({ shelf: () => written.shelf, files: serving.filesOf, memory: itemMemory }),
    users: createUsers({ shards: memory.shards, files: serving.filesOf, logError }),
    gorse: {
      feedback: memory.said.feedback,
      events: memory.said.events,
      ...{ shelf: () => written.shelf, written: itemMemory },
    },
    people: memory.said.people,
    loadedModels: () => 1,
    now: () => now,
    newRequestId: () => "r-1",
    logError,
  });
  const addKey = (key: string, scopes: readonly KeyScope[], expires_at = 500_000) =>
    putKeyRecord(routing, hashOf(key), { id: 1, project_id: 3, scopes: [...scopes], expires_at });
  const putKey = (key: string, record: KeyRecord) => putKeyRecord(routing, hashOf(key), record);
  await addKey(KEY, ["predict"]);
  await addKey(EVENTS_KEY, ["events"]);
  await addKey(ITEMS_KEY, ["items"]);
  const manifest = (changes: Partial<RoutingManifest> = {}) =>
    putManifest(routing, { v: 1, project_id: 3, slots: [slot()], metadata_key: "meta", ...changes });
  await manifest();
  const post = (body: unknown, headers: Record<string, string> = { "X-API-Key": KEY }, project = "3") =>
    app.request(`/inference/predict/project/${project}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const get = (path: string, headers: Record<string, string> = { "X-API-Key": KEY }) =>
    app.request(path, { headers });
  return {
    ofModel,
    app,
    previews,
    shardState: memory.state,
    shelf: written,
    /** How long answers wait for live events: without a limit. */
    patience,
    addKey,
    putKey,
    routing,
    revoke: (key: string) => routing.delete(`key:${hashOf(key)}`),
    memory,
    now: () => now,
    draws,
    /** What the meter was told. */
    calls,
    kept,
    loaded,
    slowModels,
    reads: () => asked,
    /** Keys that were hashed, in order. */
    digested: () => digested,
    post,
    get,
    manifest,
    logged,
    /** Ids of failed requests. */
    loggedIds,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
