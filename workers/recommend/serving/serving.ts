import type { KeyScope } from "#contract/api-key.ts";
import { API_KEY_PREFIX } from "#contract/api-key.ts";
import type { LiveEventsState } from "#contract/recommend.ts";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { recommendAsking } from "#engine/serve/recommend.ts";
import type { RecommendationList, RecommendationRequest } from "#engine/serve/recommendation.ts";
import { findErasedAt } from "#storage/erased-users.ts";
import {
  findKeyRecord,
  findManifest,
  type KeyRecord,
  type KeyValueStore,
  type ModelReference,
  type RoutingManifest,
} from "#storage/routing-store.ts";
import type { Impressions } from "../events/impressions.ts";
import { ServingError } from "../http/errors.ts";
import { Timing } from "../http/timing.ts";
import { describedItem } from "../items/described-item.ts";
import { groupedBy } from "../items/item-groups.ts";
import { LiveCatalogues } from "../items/live-catalogue.ts";
import { ModelItemsMemory } from "../items/model-items.ts";
import { type ProjectFiles, projectFilesOf } from "../items/project-files.ts";
import { type KnownItems, LATE_ITEMS, type ShelfMemory } from "../items/shelf-memory.ts";
import { uploadedCatalogue, uploadedRecords } from "../items/uploaded-items.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import { type CountedBy, LAST_WEEK } from "../memory/counted-by.ts";
import type { EventCountMemory } from "../memory/event-count-memory.ts";
import {
  type EventCounting,
  type LiveItems,
  type LiveProfile,
  NO_LIVE_EVENTS,
  NOTHING_COUNTED,
} from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable, type ModelCache } from "../memory/model-cache.ts";
import { PopularityMemory } from "../memory/popularity-memory.ts";
import { rememberFor } from "../memory/short-lived.ts";
import type { TrainingHistories } from "../memory/training-histories.ts";
import { createAfterAnswer } from "./after-answer.ts";
import { type Caller, callerOf, originsOf, type PageCredentials } from "./caller.ts";
import { chooseSlot, drawOf, namedSlot, type Slot } from "./choose-slot.ts";
import type { ServingDialect } from "./dialect.ts";
import { profileEvents, seenBy, type UserAct } from "./event-rules.ts";
import { createGuessLimit } from "./guess-limit.ts";
import { createKeyLimits } from "./key-limits.ts";
import { ModelSwaps } from "./model-swaps.ts";
import { RuleBook } from "./rule-book.ts";
import { type CallRules, type Ruled, rulesOfCall } from "./rules-of-call.ts";
import type { UserTokens } from "./user-tokens.ts";
import { createWithoutModel, type ModelFreeList } from "./without-model.ts";

/**
 * How long an isolate uses a project's routing: short, so that a new model is served soon after its training where KV already has
 * it.
 */
const MANIFEST_TTL_MS = 1_000;

const NO_WRITTEN_ITEMS = "The written items of the project did not come in time.";

const NO_HISTORY =
  "What the training knows of the user did not come in time: the list is made without it, and may have items that the user has seen.";

const RETRY_SOON = { "Retry-After": "1" };

export interface ServingDeps {
  readonly routing: KeyValueStore;
  readonly models: ModelCache;
  readonly metadata: MetadataCache;
  readonly dialect: ServingDialect;
  readonly live: LiveItems;
  readonly histories: TrainingHistories;
  /** Counts of events, for rules. */
  readonly counts: EventCountMemory;
  /** What applications wrote of items. */
  readonly items: Pick<ShelfMemory, "of">;
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** How long a key record is used, milliseconds. */
  readonly keyMemoryMs: number;
  readonly impressions: Impressions;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told how long a change of a model took, milliseconds. */
  readonly swapped?: (projectId: number, ms: number) => void;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly userTokens: UserTokens;
  /** Hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
  /** Called for every request whose key was accepted. */
  readonly noteKeyUse: (keyId: number) => void;
  readonly logError: (event: string, error: unknown) => void;
}

/** A list, and its origin. */
export interface ServedList extends RecommendationList {
  readonly model: ModelReference;
  readonly slot: Slot;
  /** The probability that such a request gets this slot. */
  readonly propensity: number;
  readonly liveEvents: LiveEventsState;
  /** What the rules could not use. */
  readonly warnings: readonly string[];
}

/** How a call is served, apart from what it asks for. */
export interface ServingCall {
  readonly requestId: string;
  /** Name or id of a slot; by default the weights decide. */
  readonly slot?: string | number;
  /** Gets the slot that answered. */
  readonly slots?: number[];
  readonly timing: Timing;
  /** Whose events make items popular now; the last seven days by default. */
  readonly counted?: CountedBy;
  /** What the user did in this session. */
  readonly acts?: readonly UserAct[];
  /** Rules are applied if it is there: saved ones, and those in it. */
  readonly rules?: CallRules;
}

export interface Serving {
  readonly dialect: ServingDialect;
  /**
   * Accepts the key of a server. Throws 401, 403 also for a browser key, or 429 for an address that tries many unknown keys.
   *
   * @param scope   The key needs it, or one of several.
   * @param address Address of the caller, grouped by customer of a provider.
   */
  authenticate(
    key: string | undefined,
    scope: KeyScope | readonly KeyScope[],
    address: string,
  ): Promise<KeyRecord>;
  /** The same for keys of servers and of pages; one of the scopes is enough. Use `callerOf` before an answer to a page. */
  accept(key: string | undefined, scopes: readonly KeyScope[], address: string): Promise<KeyRecord>;
  /** Who sends a request with an accepted key. Throws 401 or 403, see `caller.ts`. */
  callerOf(key: KeyRecord, scope: KeyScope, page: PageCredentials): Promise<Caller>;
  /** Origins whose pages may read the answers to a key. */
  pageOrigins(key: KeyRecord): Promise<readonly string[]>;
  /** @param key The whole key that the record is of. @param expiresAt Epoch milliseconds. */
  mintUserToken(key: string, record: KeyRecord, userId: string, expiresAt: number): Promise<string>;
  /** Null when the project serves nothing. Throws 422 for a slot that it does not have, 503 when no model of the slot is usable. */
  recommend(projectId: number, request: RecommendationRequest, call: ServingCall): Promise<ServedList | null>;
  /** For a project that serves nothing: what is popular by its events, then its newest items. The slot and id of the call are not used. */
  recommendWithoutModel(
    projectId: number,
    request: RecommendationRequest,
    call: ServingCall,
  ): Promise<ModelFreeList>;
  /** The model by which each slot of a project answers in this isolate. */
  servingOf: ModelSwaps["servingOf"];
  /** Origins whose pages may read the project's answers. */
  allowedOrigins(projectId: number): Promise<readonly string[]>;
  /** Indices of a model's items that the project hides or has deleted. */
  hiddenIn(projectId: number, servable: Servable): Promise<Uint32Array>;
  /** Columns of the items of a project. Throws `Overloaded` if the written items did not come in time. @param metadataKey Null without metadata. */
  columnsOf(projectId: number, metadataKey: string | null): Promise<readonly ColumnSchema[]>;
  /** What uploaded files and models say of items. */
  filesOf(projectId: number): Promise<ProjectFiles>;
  /** Metadata of each item, null where there is none. */
  describe(projectId: number, itemIds: readonly string[]): Promise<(Record<string, unknown> | null)[]>;
}

export function createServing(deps: ServingDeps): Serving {
  // By the key itself: its hash would cost more than everything else that is done with it.
  const keyOf = rememberFor(deps.keyMemoryMs, deps.now, (key) =>
    findKeyRecord(deps.routing, deps.digest(key)),
  );
  const guesses = createGuessLimit(deps.now);
  const limits = createKeyLimits(deps.now);
  const book = new RuleBook();
  const popularity = new PopularityMemory();
  const swaps = new ModelSwaps(deps);
  const afterwards = createAfterAnswer(deps);
  const catalogues = new LiveCatalogues();
  const modelItems = new ModelItemsMemory();
  const manifestOf = rememberFor(MANIFEST_TTL_MS, deps.now, (id) => findManifest(deps.routing, Number(id)));
  const recommendWithoutModel = createWithoutModel({ ...deps, book, catalogues, popularity, manifestOf });
  const allowedOrigins = async (projectId: number) =>
    (await manifestOf(String(projectId)))?.allowed_origins ?? [];
  const keyByHash = rememberFor(deps.keyMemoryMs, deps.now, (hash) => findKeyRecord(deps.routing, hash));
  const erased = rememberFor(deps.keyMemoryMs, deps.now, (name) => {
    const [projectId, hash = ""] = name.split(" ");
    return findErasedAt(deps.routing, { projectId: Number(projectId), hash });
  });
  const erasedAt = (projectId: number, userId: string) => erased(`${projectId} ${deps.digest(userId)}`);
  const pages = { userTokens: deps.userTokens, now: deps.now, keyByHash, allowedOrigins, erasedAt };
  const accepted = async (key: string | undefined, scopes: readonly KeyScope[], address: string) => {
    assertKeyForm(key);
    const record = await (keyOf.knows(key) ? keyOf(key) : guesses.count(address, () => keyOf(key)));
    if (!record) throw new ServingError(401, "Invalid API key");
    if (record.expires_at !== null && record.expires_at <= deps.now()) {
      throw new ServingError(401, "API key expired");
    }
    if (!scopes.some((scope) => record.scopes.includes(scope))) {
      throw new ServingError(403, `API key does not have '${scopes.join("' or '")}' scope`);
    }
    limits.take(record);
    deps.noteKeyUse(record.id);
    return record;
  };
  return {
    dialect: deps.dialect,
    servingOf: (projectId) => swaps.servingOf(projectId),
    async authenticate(key, scope, address) {
      const record = await accepted(key, typeof scope === "string" ? [scope] : scope, address);
      if (record.browser) throw new ServingError(403, "A browser key may not do this");
      return record;
    },
    accept: accepted,
    callerOf: (key, scope, page) => callerOf(pages, key, scope, page),
    pageOrigins: (key) => originsOf(pages, key),
    mintUserToken: (key, { project_id: projectId, scopes }, userId, expiresAt) =>
      deps.userTokens.mint({ projectId, userId, scopes, keyHash: deps.digest(key) }, expiresAt),
    async recommend(projectId, request, call) {
      const { slot: named, timing, rules: asked, counted: by = LAST_WEEK, acts = [] } = call;
      // Lists as Recotem's know no events.
      const live = deps.dialect.asScored ? NO_LIVE : deps.live.of(projectId, request.userId);
      const counted = once(() => (deps.dialect.asScored ? NO_COUNTS : deps.live.popular(projectId, by)));
      // Beside the model's load. A known user's list may need no counts, which all shards are asked for.
      if (isOfNobody(request, acts)) counted();
      const shelf = deps.items.of(projectId);
      const manifest = await manifestOf(String(projectId));
      timing.end("route");
      if (!manifest || manifest.slots.length === 0) return null;
      const drawn = { projectId, userId: request.userId, traffic: manifest.traffic };
      const chosen =
        named === undefined
          ? chooseSlot(manifest.slots, drawOf(drawn, deps.random))
          : namedSlot(manifest.slots, named, asked?.place);
      if (!chosen) return null;
      swaps.prepare(manifest);
      const model = swaps.modelOf(projectId, chosen.slot);
      const loading = deps.models.load(model.artifact_key, model.id);
      // It may fail before it is waited for; the error is then thrown there.
      loading.catch(() => undefined);
      const written = await shelf;
      const rules = asked
        ? await rulesOfCall({ ...deps, book, catalogues }, manifest, written.view, asked, {
            userId: request.userId,
            live,
          })
        : null;
      if (rules) timing.end("rules");
      const grouped = await groupedBy(request, async () =>
        catalogues.of(projectId, await uploadedCatalogue(deps, manifest), written.view),
      );
      const memories = { popularity, modelItems };
      const prepared = {
        ...{ slot: chosen.slot, model, loading, request: grouped, acts, events: manifest.events },
        ...{ timing, live, counted, written, memories, rules },
      };
      const list = await recommendFrom(deps, prepared);
      const served = { ...chosen, ...list };
      const listOf = (slot: Slot) =>
        recommendFrom(deps, {
          ...prepared,
          ...{ slot, model: slot.model, loading: null, timing: new Timing(deps.now) },
        });
      call.slots?.push(served.slot.id);
      afterwards({ manifest, request, requestId: call.requestId, listOf }, served);
      return served;
    },
    recommendWithoutModel,
    allowedOrigins,
    hiddenIn: async (projectId, servable) =>
      modelItems.of(servable, (await deps.items.of(projectId)).view).hidden,
    async columnsOf(projectId, metadataKey) {
      const { view, isLate } = await deps.items.of(projectId);
      if (isLate) throw new Overloaded(NO_WRITTEN_ITEMS);
      const base = metadataKey === null ? null : await deps.metadata.catalogue(metadataKey);
      return catalogues.of(projectId, base, view)?.schema ?? [];
    },
    filesOf: async (projectId) => projectFilesOf(deps, await manifestOf(String(projectId))),
    async describe(projectId, itemIds) {
      const [manifest, items] = await Promise.all([manifestOf(String(projectId)), deps.items.of(projectId)]);
      const ofFile = await uploadedRecords(deps, manifest, itemIds);
      if (items.view.isEmpty) return ofFile;
      return itemIds.map((itemId, at) => describedItem(items.view.find(itemId), ofFile[at] ?? null));
    },
  };
}

function assertKeyForm(key: string | undefined): asserts key is string {
  if (!key) throw new ServingError(401, "X-API-Key header required");
  const isWellFormed = key.startsWith(API_KEY_PREFIX) && key.length >= 20 && key.length <= 256;
  if (!isWellFormed) throw new ServingError(401, "Invalid API key format");
}

/** Whether the request says nothing of a user, so that the list is of popular items. */
const isOfNobody = (
  { userId, itemIds = [], events = [] }: RecommendationRequest,
  acts: readonly UserAct[],
): boolean => userId === undefined && itemIds.length + events.length + acts.length === 0;

/** The first call's promise for all calls of one request. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | null = null;
  return () => {
    asked ??= ask();
    return asked;
  };
}

const NO_LIVE = Promise.resolve(NO_LIVE_EVENTS);
const NO_COUNTS = Promise.resolve(NOTHING_COUNTED);

interface Prepared {
  readonly slot: Slot;
  /** The slot's model, or its former one while that is loaded. */
  readonly model: ModelReference;
  /** The load of that model; null before it starts. */
  readonly loading: Promise<Servable> | null;
  readonly request: RecommendationRequest;
  readonly acts: readonly UserAct[];
  /** What the project says of events. */
  readonly events: RoutingManifest["events"];
  readonly timing: Timing;
  readonly live: Promise<LiveProfile>;
  /** Asks for the counts, at the first call. Never rejects. */
  readonly counted: () => Promise<EventCounting>;
  readonly written: KnownItems;
  readonly memories: { readonly popularity: PopularityMemory; readonly modelItems: ModelItemsMemory };
  /** Null without rules. */
  readonly rules: ((items: IdMap) => Promise<Ruled>) | null;
}

/** Tries the slot's model, then its previous one: a damaged artifact is refused and the previous model serves. */
async function recommendFrom(
  deps: ServingDeps,
  prepared: Prepared,
): Promise<RecommendationList & Pick<ServedList, "model" | "liveEvents" | "warnings">> {
  const { slot, request, timing, live, counted, written, memories, rules, events: settings } = prepared;
  for (const reference of [prepared.model, slot.previous]) {
    if (!reference) continue;
    try {
      const begun = reference === prepared.model ? prepared.loading : null;
      const loaded = await (begun ?? deps.models.load(reference.artifact_key, reference.id));
      const { servable, hidden } = written.view.isEmpty
        ? { servable: loaded, hidden: undefined }
        : memories.modelItems.of(loaded, written.view);
      timing.end("model");
      const [{ state, items }, known] = await Promise.all([live, deps.histories.of(loaded, request.userId)]);
      timing.end("live");
      const popularity = async () => memories.popularity.of(servable, (await counted())(settings?.weights));
      const { asScored } = deps.dialect;
      const done = profileEvents([...items, ...prepared.acts], settings);
      const events = [...done, ...(request.events ?? [])];
      const seen = asScored ? undefined : seenBy(settings, reference, deps.now());
      const ruled = await rules?.(servable.items);
      const wanted = {
        asScored,
        ...request,
        ...(known.history && { history: known.history }),
        events,
        ...(seen && { seen }),
        ...(hidden && { hidden }),
      };
      const list = await recommendAsking(servable, { ...wanted, ...ruled?.request }, popularity);
      timing.end("score");
      const warnings = [
        ...(written.isLate ? [LATE_ITEMS] : []),
        ...(known.state === "late" || known.state === "failed" ? [NO_HISTORY] : []),
        ...(ruled?.warnings ?? []),
      ];
      return { ...list, model: reference, liveEvents: state, warnings };
    } catch (error) {
      if (error instanceof Overloaded) throw new ServingError(503, error.message, RETRY_SOON);
      if (!isUnusable(error)) throw error;
      deps.logError("model_refused", error);
    }
  }
  throw new ServingError(503, `Model ${slot.model.id} integrity check failed.`);
}
