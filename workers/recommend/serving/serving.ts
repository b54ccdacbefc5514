import type { ColdStartSettings } from "#contract/cold-start.ts";
import type { KeyScope } from "#contract/key-scopes.ts";
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import type { CountedItem } from "#engine/serve/popular-now.ts";
import type { RecommendationRequest, RecommendedItem } from "#engine/serve/recommendation.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import { describedItem } from "#jobs/item-shelf/described-item.ts";
import { findErasedAt } from "#storage/erased-users.ts";
import { modelKey } from "#storage/keys.ts";
import {
  findKeyRecord,
  findManifest,
  type KeyRecord,
  type KeyValueStore,
  type RoutingManifest,
} from "#storage/routing-store.ts";
import type { Impressions } from "../events/impressions.ts";
import { ServingError } from "../http/errors.ts";
import { Timing } from "../http/timing.ts";
import { groupedBy } from "../items/item-groups.ts";
import { LiveCatalogues } from "../items/live-catalogue.ts";
import { ModelItemsMemory } from "../items/model-items.ts";
import { type ProjectFiles, projectFilesOf } from "../items/project-files.ts";
import type { ShelfMemory } from "../items/shelf-memory.ts";
import { uploadedCatalogue, uploadedRecords } from "../items/uploaded-items.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import { type CountedBy, LAST_WEEK } from "../memory/counted-by.ts";
import type { EventCountMemory } from "../memory/event-count-memory.ts";
import { type LiveItems, type LiveProfile, NO_LIVE_EVENTS, NOTHING_COUNTED } from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import type { ModelCache } from "../memory/model-cache.ts";
import { PopularityMemory } from "../memory/popularity-memory.ts";
import { rememberFor } from "../memory/short-lived.ts";
import type { ShownItems } from "../memory/shown-items.ts";
import type { TrainingHistories } from "../memory/training-histories.ts";
import { createAfterAnswer } from "./after-answer.ts";
import { type Assignment, assign, coinsOf } from "./assign.ts";
import { type Caller, callerOf, originsOf, type PageCredentials } from "./caller.ts";
import { namedSlot } from "./choose-slot.ts";
import { ColdStarts, coldStartSettingsOf } from "./cold-starts.ts";
import type { ServingDialect } from "./dialect.ts";
import { profileEvents, type UserAct } from "./event-rules.ts";
import { exploringOf } from "./exploring.ts";
import { interleavedList } from "./interleaved-list.ts";
import { createKeyGate, type KeyGate } from "./key-gate.ts";
import { createLiveModels, type LiveModels } from "./live-model.ts";
import { type MadeList, makeList, otherLists, type Prepared } from "./make-list.ts";
import { ModelSwaps } from "./model-swaps.ts";
import { isPlain } from "./place-chances.ts";
import { RuleBook } from "./rule-book.ts";
import { type CallRules, rulesOfCall, saysRules } from "./rules-of-call.ts";
import { createSavedRules, type SavedRules } from "./saved-rules.ts";
import type { UserTokens } from "./user-tokens.ts";
import { createWithoutModel, type ModelFreeList } from "./without-model.ts";

/**
 * How long an isolate uses a project's routing: short, so that a new model is served soon after its training where KV already has
 * it.
 */
const MANIFEST_TTL_MS = 1_000;

const NO_WRITTEN_ITEMS = "The written items of the project did not come in time.";

export interface ServingDeps {
  readonly routing: KeyValueStore;
  readonly models: ModelCache;
  readonly metadata: MetadataCache;
  readonly dialect: ServingDialect;
  readonly live: LiveItems;
  readonly histories: TrainingHistories;
  /** How often new items were shown. */
  readonly shown: ShownItems;
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
export interface ServedList extends MadeList, Assignment {
  readonly items: readonly (RecommendedItem & {
    /** Of an interleaved list: the slot that picked the item. */
    readonly slotId?: number;
  })[];
  /** Of an interleaved list: the ids of both. */
  readonly halves?: readonly (readonly string[])[];
}

/** How a call is served, apart from what it asks for. */
export interface ServingCall {
  readonly requestId: string;
  /** Name or id of a slot; by default the weights decide. */
  readonly slot?: string | number;
  /** Takes the slot of each list that is made, and how many of the lists have popular items alone. */
  readonly metered?: { readonly slots: number[]; popular: number };
  readonly timing: Timing;
  /** Whose events make items popular now; the last seven days by default. */
  readonly counted?: CountedBy;
  /** What `liveOf` gave for the user, where that was asked before. */
  readonly live?: LiveProfile;
  /** What the user did in this session. */
  readonly acts?: readonly UserAct[];
  /** Whether a project without cold-start rules has the usual ones for this call. */
  readonly hasColdStart?: boolean;
  /** Whether the list may explore, if the project does. */
  readonly explores?: boolean;
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
  readonly accept: KeyGate;
  /** Who sends a request with an accepted key. Throws 401 or 403, see `caller.ts`. */
  callerOf(key: KeyRecord, scope: KeyScope, page: PageCredentials): Promise<Caller>;
  /** Origins whose pages may read the answers to a key. */
  pageOrigins(key: KeyRecord): Promise<readonly string[]>;
  /** @param key The whole key that the record is of. @param expiresAt Epoch milliseconds. */
  mintUserToken(key: string, record: KeyRecord, userId: string, expiresAt: number): Promise<string>;
  /** What a user did since the training; never rejects. For calls with several lists, which ask for all their users at once. */
  liveOf(projectId: number, userId: string | undefined): Promise<LiveProfile>;
  /** Null when the project serves nothing. Throws 422 for a slot that it does not have, 503 when no model of the slot is usable. */
  recommend(projectId: number, request: RecommendationRequest, call: ServingCall): Promise<ServedList | null>;
  /** For a project that serves nothing: what is popular by its events, then its newest items. The slot and id of the call are not used. */
  recommendWithoutModel(
    projectId: number,
    request: RecommendationRequest,
    call: ServingCall & {
      /** What the list has in place of popular items, by a number above 0. */
      readonly counts?: readonly CountedItem[];
    },
  ): Promise<ModelFreeList>;
  /** Has this isolate read the routing of a project again at its next request: it was changed a moment ago. */
  routingChanged(projectId: number): void;
  /** The model by which each slot of a project answers in this isolate. */
  servingOf: ModelSwaps["servingOf"];
  /** The model that answers most requests. */
  readonly liveModels: LiveModels;
  /** The cold-start rules of a project; null for one without them. */
  coldStartOf(projectId: number): Promise<ColdStartSettings | null>;
  /** All items of a project, as columns; null if it has none. Throws `Overloaded` if the written items did not come in time. */
  catalogueOf(projectId: number): Promise<Catalogue | null>;
  /** Where the file of a model of the project is, if it has one. */
  artifactKeyOf(projectId: number, modelId: number): Promise<string>;
  /** Origins whose pages may read the project's answers. */
  allowedOrigins(projectId: number): Promise<readonly string[]>;
  /** Indices of a model's items that the project hides or has deleted. */
  hiddenIn(projectId: number, servable: Servable): Promise<Uint32Array>;
  /** Columns of the items of a project. Throws `Overloaded` if the written items did not come in time. @param metadataKey Null without metadata. */
  columnsOf(projectId: number, metadataKey: string | null): Promise<readonly ColumnSchema[]>;
  /** What a user did since the training, by the project's settings of events; as far as it comes in time. */
  eventsOf(projectId: number, userId: string): Promise<readonly ProfileEvent[]>;
  /** What a project says of its events. */
  eventSettingsOf(projectId: number): Promise<RoutingManifest["events"]>;
  /** The saved rules of a project for a user at a time, as today's items and properties make them; null without any. */
  readonly savedRules: SavedRules;
  /** What uploaded files and models say of items. */
  filesOf(projectId: number): Promise<ProjectFiles>;
  /** Metadata of each item, null where there is none. */
  describe(projectId: number, itemIds: readonly string[]): Promise<(Record<string, unknown> | null)[]>;
}

export function createServing(deps: ServingDeps): Serving {
  const accept = createKeyGate(deps);
  const book = new RuleBook();
  const popularity = new PopularityMemory();
  const swaps = new ModelSwaps(deps);
  const afterwards = createAfterAnswer(deps);
  const catalogues = new LiveCatalogues();
  const modelItems = new ModelItemsMemory();
  const coldStarts = new ColdStarts({ ...deps, catalogues });
  const manifestOf = rememberFor(MANIFEST_TTL_MS, deps.now, (id) => findManifest(deps.routing, Number(id)));
  const recommendWithoutModel = createWithoutModel({
    ...deps,
    ...{ book, catalogues, coldStarts, popularity, manifestOf },
  });
  const allowedOrigins = async (projectId: number) =>
    (await manifestOf(String(projectId)))?.allowed_origins ?? [];
  const keyByHash = rememberFor(deps.keyMemoryMs, deps.now, (hash) => findKeyRecord(deps.routing, hash));
  const erased = rememberFor(deps.keyMemoryMs, deps.now, (name) => {
    const [projectId, hash = ""] = name.split(" ");
    return findErasedAt(deps.routing, { projectId: Number(projectId), hash });
  });
  const erasedAt = (projectId: number, userId: string) => erased(`${projectId} ${deps.digest(userId)}`);
  const pages = { userTokens: deps.userTokens, now: deps.now, keyByHash, allowedOrigins, erasedAt };
  /** Both slots of an interleaved list make theirs at the same time, from the same profile. */
  const listOfAssigned = async (
    { rival, experiment, slot }: Assignment,
    prepared: Prepared,
    slots: number[] | undefined,
  ) => {
    if (!rival || !experiment) return makeList(deps, prepared);
    const { manifest, request } = prepared;
    const { offset, limit, userId } = request;
    const whole = { ...prepared, request: { ...request, offset: 0, limit: offset + limit } };
    const model = swaps.modelOf(manifest.project_id, rival);
    const loading = deps.models.load(model.artifact_key, model.id);
    loading.catch(() => undefined);
    const timing = new Timing(deps.now);
    const [a, b] = await Promise.all([
      makeList(deps, whole),
      makeList(deps, { ...whole, ...{ slot: rival, model, loading, timing } }),
    ]);
    slots?.push(rival.id);
    const coins = coinsOf(experiment.id, userId, { now: deps.now(), random: deps.random });
    return interleavedList(a, b, { offset, limit, slots: [slot.id, rival.id], coins });
  };
  return {
    dialect: deps.dialect,
    routingChanged: (projectId) => manifestOf.forget(String(projectId)),
    servingOf: (projectId) => swaps.servingOf(projectId),
    liveModels: createLiveModels({ ...deps, swaps, manifestOf }),
    async coldStartOf(projectId) {
      const manifest = await manifestOf(String(projectId));
      return manifest && coldStartSettingsOf(manifest);
    },
    async catalogueOf(projectId) {
      const { view, isLate } = await deps.items.of(projectId);
      if (isLate) throw new Overloaded(NO_WRITTEN_ITEMS);
      const manifest = await manifestOf(String(projectId));
      return catalogues.of(projectId, manifest && (await uploadedCatalogue(deps, manifest)), view);
    },
    async authenticate(key, scope, address) {
      const record = await accept(key, typeof scope === "string" ? [scope] : scope, address);
      if (record.browser) throw new ServingError(403, "A browser key may not do this");
      return record;
    },
    accept,
    callerOf: (key, scope, page) => callerOf(pages, key, scope, page),
    pageOrigins: (key) => originsOf(pages, key),
    mintUserToken: (key, { project_id: projectId, scopes }, userId, expiresAt) =>
      deps.userTokens.mint({ projectId, userId, scopes, keyHash: deps.digest(key) }, expiresAt),
    liveOf: deps.live.of,
    async recommend(projectId, request, call) {
      const { slot: named, timing, rules: asked, counted: by = LAST_WEEK, acts = [] } = call;
      // Lists as Recotem's know no events.
      const live = deps.dialect.asScored
        ? NO_LIVE
        : Promise.resolve(call.live ?? deps.live.of(projectId, request.userId));
      const counted = once(() => (deps.dialect.asScored ? NO_COUNTS : deps.live.popular(projectId, by)));
      // Beside the model's load. A known user's list may need no counts, which all shards are asked for.
      if (isOfNobody(request, acts)) counted();
      const shelf = deps.items.of(projectId);
      const manifest = await manifestOf(String(projectId));
      timing.end("route");
      if (!manifest || manifest.slots.length === 0) return null;
      const { userId } = request;
      const chosen: Assignment | null =
        named === undefined
          ? assign(manifest, { projectId, userId }, deps.random)
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
            userId,
            live,
          })
        : null;
      if (rules) timing.end("rules");
      const grouped = await groupedBy(request, async () =>
        catalogues.of(projectId, await uploadedCatalogue(deps, manifest), written.view),
      );
      const memories = { popularity, modelItems, coldStarts };
      const prepared = {
        ...{ slot: chosen.slot, model, loading, acts },
        request: chosen.isBaseline ? plainRequest(grouped) : grouped,
        ...{ timing, live, counted, written, memories, rules },
        ...{ manifest, given: asked?.user, isBaseline: chosen.isBaseline ?? false },
        coldStart:
          deps.dialect.asScored || chosen.isBaseline
            ? null
            : coldStartSettingsOf(manifest, call.hasColdStart),
        explore:
          call.explores && !deps.dialect.asScored && !chosen.isBaseline
            ? exploringOf(manifest, { userId, requestId: call.requestId, now: deps.now() })
            : null,
      };
      const list = await listOfAssigned(chosen, prepared, call.metered?.slots);
      const served: ServedList = { ...chosen, ...list };
      const listOf = otherLists(deps, prepared);
      if (call.metered) {
        call.metered.slots.push(served.slot.id);
        // An interleaved answer is a list of each of its two slots.
        if (served.strategy === "popular") call.metered.popular += chosen.rival ? 2 : 1;
      }
      const ms = timing.total();
      const said = {
        acts,
        isNamed: named !== undefined,
        isRuled: asked !== undefined && saysRules(asked),
      };
      const repeatable = !deps.dialect.asScored && isPlain(request, said);
      const { requestId } = call;
      const at = deps.now();
      const answered = {
        manifest,
        request,
        requestId,
        at,
        ms,
        listOf,
        isPlain: repeatable,
        hasRules: rules !== null,
      };
      afterwards(answered, served);
      return served;
    },
    recommendWithoutModel,
    artifactKeyOf: async (projectId, modelId) =>
      (await manifestOf(String(projectId)))?.moved_models?.find(({ id }) => id === modelId)?.artifact_key ??
      modelKey(projectId, modelId),
    allowedOrigins,
    hiddenIn: async (projectId, servable) =>
      modelItems.hiddenIn(servable, (await deps.items.of(projectId)).view),
    async columnsOf(projectId, metadataKey) {
      const { view, isLate } = await deps.items.of(projectId);
      if (isLate) throw new Overloaded(NO_WRITTEN_ITEMS);
      const base = metadataKey === null ? null : await deps.metadata.catalogue(metadataKey);
      return catalogues.of(projectId, base, view)?.schema ?? [];
    },
    async eventsOf(projectId, userId) {
      const [manifest, { items }] = await Promise.all([
        manifestOf(String(projectId)),
        deps.live.of(projectId, userId),
      ]);
      return profileEvents(items, manifest?.events);
    },
    savedRules: createSavedRules({ ...deps, book, catalogues, manifestOf }),
    eventSettingsOf: async (projectId) => (await manifestOf(String(projectId)))?.events,
    filesOf: async (projectId) => projectFilesOf(deps, await manifestOf(String(projectId))),
    async describe(projectId, itemIds) {
      const [manifest, items] = await Promise.all([manifestOf(String(projectId)), deps.items.of(projectId)]);
      const ofFile = await uploadedRecords(deps, manifest, itemIds);
      if (items.view.isEmpty) return ofFile;
      return itemIds.map((itemId, at) => describedItem(items.view.find(itemId), ofFile[at] ?? null));
    },
  };
}

/** Of a list of popular items, also where lists are scored as Recotem's. */
function plainRequest({ similar: _, ...request }: RecommendationRequest): RecommendationRequest {
  return { ...request, asScored: false };
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
