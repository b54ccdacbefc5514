/** The list of a slot: its model with what is newer than it, the user's profile, and rules. */
import type { ColdStartSettings } from "#contract/cold-start.ts";
import type { LiveEventsState } from "#contract/recommend.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import type { Exploration } from "#engine/serve/explore.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { recommendAsking } from "#engine/serve/recommend.ts";
import type { RecommendationList, RecommendationRequest } from "#engine/serve/recommendation.ts";
import { scoresNewItems } from "#engine/serve/with-new-items.ts";
import { withoutOpinion } from "#engine/serve/without-opinion.ts";
import type { ModelReference, RoutingManifest } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";
import { Timing } from "../http/timing.ts";
import type { ModelItemsMemory } from "../items/model-items.ts";
import { type KnownItems, LATE_ITEMS } from "../items/shelf-memory.ts";
import { uploadedFile } from "../items/uploaded-items.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import type { EventCounting, LiveProfile } from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable, type ModelCache } from "../memory/model-cache.ts";
import type { PopularityMemory } from "../memory/popularity-memory.ts";
import type { ShownItems } from "../memory/shown-items.ts";
import type { TrainingHistories } from "../memory/training-histories.ts";
import { uploadedUser } from "../users/uploaded-user.ts";
import { featuresOfUser } from "../users/user-features.ts";
import type { Slot } from "./choose-slot.ts";
import type { ColdStarts } from "./cold-starts.ts";
import type { ServingDialect } from "./dialect.ts";
import { profileEvents, seenBy, type UserAct } from "./event-rules.ts";
import type { Ruled } from "./rules-of-call.ts";

export interface MakeListDeps {
  readonly models: Pick<ModelCache, "load">;
  readonly metadata: MetadataCache;
  readonly histories: TrainingHistories;
  readonly shown: ShownItems;
  readonly dialect: ServingDialect;
  readonly now: () => number;
  readonly logError: (event: string, error: unknown) => void;
}

/** A list, and what it is made from. */
export interface MadeList extends RecommendationList {
  readonly model: ModelReference;
  readonly liveEvents: LiveEventsState;
  /** What the rules could not use, and what came too late. */
  readonly warnings: readonly string[];
}

const NO_HISTORY =
  "What the training knows of the user did not come in time: the list is made without it, and may have items that the user has seen.";

const RETRY_SOON = { "Retry-After": "1" };

/** All that a list is made from, once its slot is chosen. */
export interface Prepared {
  readonly slot: Slot;
  /** The slot's model, or its former one while that is loaded. */
  readonly model: ModelReference;
  /** The load of that model; null before it starts. */
  readonly loading: Promise<Servable> | null;
  readonly request: RecommendationRequest;
  readonly acts: readonly UserAct[];
  readonly manifest: RoutingManifest;
  /** Properties of the user in the request. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
  readonly timing: Timing;
  readonly live: Promise<LiveProfile>;
  /** Asks for the counts, at the first call. Never rejects. */
  readonly counted: () => Promise<EventCounting>;
  readonly written: KnownItems;
  readonly memories: {
    readonly popularity: PopularityMemory;
    readonly modelItems: ModelItemsMemory;
    readonly coldStarts: ColdStarts;
  };
  /** Null for lists that do not explore. */
  readonly explore: Pick<Exploration, "rate" | "draw"> | null;
  /** The cold-start rules; null where the project has none. */
  readonly coldStart: ColdStartSettings | null;
  /** Whether the list is one of popular items, without what the person has seen: for people of a holdout. */
  readonly isBaseline: boolean;
  /** Null without rules. */
  readonly rules: ((items: IdMap) => Promise<Ruled>) | null;
}

/** Tries the slot's model, then its previous one: a damaged artifact is refused and the previous model serves. */
export async function makeList(deps: MakeListDeps, prepared: Prepared): Promise<MadeList> {
  const { slot, request, timing, live, counted, written, memories, rules, manifest, explore } = prepared;
  const settings = manifest.events;
  for (const reference of [prepared.model, slot.previous]) {
    if (!reference) continue;
    try {
      const begun = reference === prepared.model ? prepared.loading : null;
      const loaded = await (begun ?? deps.models.load(reference.artifact_key, reference.id));
      const { view } = written;
      const file = scoresNewItems(loaded) ? await uploadedFile(deps, manifest) : null;
      const whole = view.isEmpty && !file ? loaded : memories.modelItems.of(loaded, view, file);
      const servable = prepared.isBaseline ? withoutOpinion(whole) : whole;
      const hidden = view.isEmpty ? undefined : memories.modelItems.hiddenIn(loaded, view);
      timing.end("model");
      const [{ state, items, properties }, known] = await Promise.all([
        live,
        deps.histories.of(loaded, request.userId),
      ]);
      timing.end("live");
      const popularity = async () => memories.popularity.of(servable, (await counted())(settings?.weights));
      const { asScored } = deps.dialect;
      const done = profileEvents([...items, ...prepared.acts], settings);
      const events = [...done, ...(request.events ?? [])];
      const seen = asScored ? undefined : seenBy(settings, reference, deps.now());
      const features = asScored
        ? undefined
        : await featuresOfUser(loaded, {
            ...{ userId: request.userId, history: known.history ?? null, written: properties },
            given: prepared.given,
            record: () => uploadedUser(deps, manifest, request.userId),
          });
      const coldStart =
        prepared.coldStart &&
        (await memories.coldStarts.of(
          prepared.coldStart,
          { manifest, view },
          { userId: request.userId, properties, given: prepared.given },
        ));
      const cold = coldStart?.(servable.items);
      const ruled = await rules?.(servable.items);
      const wanted = {
        asScored,
        ...request,
        ...(known.history && { history: known.history }),
        ...(features && { features }),
        ...(explore && servable.newFrom !== undefined
          ? { explore: { ...explore, shownOf: deps.shown.of(manifest.project_id, servable) } }
          : {}),
        events,
        now: deps.now(),
        ...(cold && { coldStart: cold }),
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

/** How another slot's list for the same request is made. */
export interface OtherList {
  /** From rank 1 to the end of the page, without explored positions; items say whether these could be. */
  readonly isWhole?: boolean;
}

/** Makes lists of other slots for a request. */
export function otherLists(
  deps: MakeListDeps,
  prepared: Prepared,
): (slot: Slot, made?: OtherList) => Promise<MadeList> {
  const { request, explore } = prepared;
  const whole = { ...request, offset: 0, limit: request.offset + request.limit };
  return (slot, { isWhole = false } = {}) =>
    makeList(deps, {
      ...prepared,
      ...{ slot, model: slot.model, loading: null, timing: new Timing(deps.now) },
      request: isWhole ? whole : request,
      explore: isWhole && explore ? { ...explore, draw: () => 1 } : null,
    });
}
