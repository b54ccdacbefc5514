// By relative path: the bundler collects WebAssembly modules before it resolves aliases.

import { waitUntil } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { shelfOf } from "#jobs/item-shelf/shelf-object.ts";
import { secretsOf } from "#platform/secrets.ts";
import { createSignedTokens } from "#platform/signed-tokens.ts";
import type { Intake } from "#services/intake.ts";
import type { Preview } from "#services/preview.ts";
import { type ArtifactKeyRing, createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactStore, createArtifactStore } from "#storage/artifact-store.ts";
import kernelsModule from "../../shared/engine/kernels/kernels.wasm";
import { createTitledLists } from "./airec/titled-lists.ts";
import { createApp } from "./app.ts";
import type { RecommendBindings } from "./bindings.ts";
import { createEventShards } from "./events/event-shards.ts";
import { createFeedback } from "./events/feedback.ts";
import { createImpressions } from "./events/impressions.ts";
import { createIntake } from "./intakes.ts";
import { createItems, type Items } from "./items/items.ts";
import { createShelfMemory } from "./items/shelf-memory.ts";
import { createEventCountMemory } from "./memory/event-count-memory.ts";
import { keyMemoryMs } from "./memory/key-memory.ts";
import { createKeyUse } from "./memory/key-use.ts";
import { createLiveItems, liveWaitMs, withoutLiveItems } from "./memory/live-items.ts";
import { createMetadataCache } from "./memory/metadata-cache.ts";
import { createModelCache } from "./memory/model-cache.ts";
import { createShownItems } from "./memory/shown-items.ts";
import { createTrainingHistories, historyWaitMs } from "./memory/training-histories.ts";
import { createRequestMeter } from "./metering/request-meter.ts";
import { growAtOf } from "./objects/grow-at.ts";
import type { ShardEffects } from "./objects/shard-shell.ts";
import { answered } from "./preview-answer.ts";
import { createPreviews } from "./previews.ts";
import { dialectOf } from "./recotem/recotem-dialect.ts";
import type { LoggedIds } from "./serving/logged-ids.ts";
import { createServing } from "./serving/serving.ts";
import { createUserTokens, USER_TOKEN_PURPOSE } from "./serving/user-tokens.ts";
import { createUsers } from "./users/users.ts";

export interface Composition {
  readonly app: ReturnType<typeof createApp>;
  readonly previews: Preview;
  readonly intake: Intake;
  readonly items: Items;
  /** Where item shelves write their snapshots. */
  readonly artifacts: ArtifactStore;
  readonly eventShard: ShardEffects;
  readonly logError: (event: string, error: unknown) => void;
}

const encoder = new TextEncoder();

/** One set per isolate: loaded models must outlive the request that loaded them. */
let composition: Composition | null = null;

/** The composition root of this Worker. Throws `BadEnvironment` at each call. */
export function compositionOf(env: RecommendBindings): Composition {
  composition ??= compose(env);
  return composition;
}

function compose(env: RecommendBindings): Composition {
  let keyRing: ArtifactKeyRing | null = null;
  // Not the promise is remembered: that of a request that is gone may never come.
  const artifacts = createArtifactStore(env.STORE, async () => {
    keyRing ??= await createArtifactKeyRing(secretsOf(env));
    return keyRing;
  });
  const now = () => Date.now();
  const sleep = (ms: number) => scheduler.wait(ms);
  const effects = { now, sleep, keep: waitUntil };
  const models = createModelCache(artifacts, () => createWasmKernels(kernelsModule), effects);
  const metadata = createMetadataCache(artifacts, effects);
  const keyUse = createKeyUse(env.ROUTING, now, logError);
  const dialect = dialectOf(env.EDGEWISE_EXACT_RECOTEM);
  const shards = createEventShards({ namespace: env.EVENTS, now });
  const waitMs = liveWaitMs(env.EDGEWISE_LIVE_WAIT_MS);
  const growAt = growAtOf(env.EDGEWISE_EVENT_OBJECT_CALLS);
  const live = env.EVENTS
    ? createLiveItems({ shards, sleep, now, keep: waitUntil, waitMs, logError })
    : withoutLiveItems;
  const shelf = (projectId: number) => shelfOf(env.ITEMS, projectId);
  const memory = createShelfMemory({ shelf, artifacts, now, sleep, keep: waitUntil, waitMs, logError });
  const counts = createEventCountMemory({ shards, now, sleep, keep: waitUntil, waitMs, logError });
  const gauges = (projectId: number) => ({
    edgewise_loaded_models: models.size,
    edgewise_model_cache_bytes: models.bytes,
    ...Object.fromEntries(
      serving
        .servingOf(projectId)
        .map(({ slotId, model }) => [`edgewise_model_version{slot="${slotId}"}`, model.version ?? 0]),
    ),
  });
  const newRequestId = () => crypto.randomUUID();
  const meter = createRequestMeter({
    ...{ meters: env.METERS, isolate: newRequestId, gauges, now, sleep },
    ...{ keep: waitUntil, logError },
  });
  const histories = createTrainingHistories({
    ...{ sleep, keep: waitUntil, logError },
    waitMs: historyWaitMs(env.EDGEWISE_HISTORY_WAIT_MS),
  });
  const serving = createServing({
    counts,
    shown: createShownItems({ shards, now, keep: waitUntil, logError }),
    histories,
    dialect,
    live,
    items: memory,
    routing: env.ROUTING,
    models,
    metadata,
    now,
    random: () => Math.random(),
    keep: waitUntil,
    swapped: meter.swapped,
    sleep,
    impressions: createImpressions({ shards, now, sleep, keep: waitUntil, logError }),
    keyMemoryMs: keyMemoryMs(env.EDGEWISE_KEY_MEMORY_MS),
    digest,
    userTokens: createUserTokens(
      createSignedTokens(() => secretsOf(env), USER_TOKEN_PURPOSE),
      now,
    ),
    noteKeyUse: (keyId) => {
      if (keyUse.isDue(keyId)) waitUntil(keyUse.note(keyId));
    },
    logError,
  });
  const items = createItems({ shelf, files: serving.filesOf, memory });
  const users = createUsers({ shards, files: serving.filesOf, logError });
  const lists = createPreviews({ models, metadata, serving, shards, breathe: () => sleep(0), now });
  const people = createProjectEvents(env.EVENTS);
  const app = createApp({
    lists,
    serving,
    meter,
    shards,
    items,
    users,
    gorse: {
      feedback: createFeedback({ namespace: env.EVENTS, shards, now }),
      events: people,
      ...{ shelf, written: memory },
    },
    people,
    loadedModels: () => models.size,
    now,
    newRequestId,
    logError,
  });
  const { forUser } = lists;
  const titled = createTitledLists({ metadata, artifacts, forUser, eventsOf: serving.eventsOf, answered });
  const previews: Preview = { ...lists, ...titled };
  const intake = createIntake({ shards, items, users, now });
  const eventShard = { store: env.STORE, namespace: env.EVENTS, growAt, logError };
  return { app, previews, intake, items, artifacts, eventShard, logError };
}

/** Uses Node's interface, which answers at once; WebCrypto's takes a turn of the event loop for 40 bytes. */
function digest(text: string): string {
  const hash = createHash("sha256");
  hash.update(encoder.encode(text));
  return hash.digest("hex");
}

function logError(event: string, error: unknown, ids?: LoggedIds): void {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", event, ...ids, cause }));
}
