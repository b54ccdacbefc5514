/** Lists of a project without a model: items with events first, then the newest of those that files and applications name. */
import { BASELINE } from "#contract/algorithms.ts";
import type { LiveEventsState } from "#contract/recommend.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import { type IdMap, IdMapBuilder } from "#engine/data/id-map.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { NO_MODEL_FEATURES } from "#engine/serve/model-features.ts";
import type { CountedItem } from "#engine/serve/popular-now.ts";
import { recommend } from "#engine/serve/recommend.ts";
import type { RecommendationList, RecommendationRequest } from "#engine/serve/recommendation.ts";
import { type NewItem, withNewItems } from "#engine/serve/with-new-items.ts";
import { manifestOfNothing, type RoutingManifest } from "#storage/routing-store.ts";
import type { Timing } from "../http/timing.ts";
import { groupedBy } from "../items/item-groups.ts";
import { LATE_ITEMS, type ShelfMemory } from "../items/shelf-memory.ts";
import type { ShelfView } from "../items/shelf-view.ts";
import { uploadedCatalogue } from "../items/uploaded-items.ts";
import { type CountedBy, LAST_WEEK } from "../memory/counted-by.ts";
import type { LiveItems, LiveProfile } from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import type { PopularityMemory } from "../memory/popularity-memory.ts";
import { type ColdStarts, coldStartSettingsOf } from "./cold-starts.ts";
import { profileEvents, seenBy, type UserAct } from "./event-rules.ts";
import { type CallRules, rulesOfCall } from "./rules-of-call.ts";

export interface ModelFreeList extends RecommendationList {
  readonly liveEvents: LiveEventsState;
  readonly warnings: readonly string[];
  /** Whether the project has any item that could be in a list. */
  readonly hasItems: boolean;
}

const NO_MODEL: Model = {
  algorithm: BASELINE,
  itemCount: 0,
  scoreProfileInto: () => undefined,
  scoreUserInto: () => undefined,
  similarItemsInto: () => undefined,
  encode: () => [],
  dispose: () => undefined,
};
const NO_IDS = new IdMapBuilder().finish();
const NO_INDICES = new Uint32Array();
const NO_NUMBERS = new Float32Array();
const NOTHING: Servable = {
  model: NO_MODEL,
  users: NO_IDS,
  items: NO_IDS,
  history: {
    rowCount: 0,
    columnCount: 0,
    indptr: new Uint32Array(1),
    indices: NO_INDICES,
    values: NO_NUMBERS,
  },
  disliked: null,
  ...NO_MODEL_FEATURES,
  popularity: NO_NUMBERS,
  popular: NO_INDICES,
};

/** Of an item in a file: nothing says since when it exists. */
const SOME_TIME_AGO = 0;
const MAX_PROJECTS = 16;

interface Known {
  readonly structure: object;
  readonly ids: IdMap | null;
  readonly base: Servable;
  /** With the items that only events name. */
  all: { readonly counted: readonly CountedItem[]; readonly servable: Servable } | null;
}

/** The items of projects without a model, made again only when one comes, goes or is hidden. */
export class ItemsWithoutModel {
  readonly #known = new Map<number, Known>();

  /** @param catalogue Of the uploaded metadata; null without. */
  of(
    projectId: number,
    view: ShelfView,
    catalogue: Catalogue | null,
    counted: readonly CountedItem[],
  ): Servable {
    const ids = catalogue?.itemIds ?? null;
    let known = this.#known.get(projectId);
    if (known?.structure !== view.structure || known.ids !== ids) {
      known = {
        structure: view.structure,
        ids,
        base: withNewItems(NOTHING, namedItems(view, ids)),
        all: null,
      };
      if (this.#known.size >= MAX_PROJECTS) this.#known.clear();
      this.#known.set(projectId, known);
    }
    if (known.all?.counted !== counted) {
      const { base } = known;
      const others = counted.filter(
        ({ itemId }) => base.items.indexOf(itemId) < 0 && view.find(itemId) === null,
      );
      const added = others.map(({ itemId }) => ({ itemId, newAt: SOME_TIME_AGO }));
      known.all = { counted, servable: { ...withNewItems(base, added), newFrom: 0 } };
    }
    return known.all.servable;
  }
}

/** The items of the shelf and of the file that are not hidden or deleted. */
function namedItems(view: ShelfView, ids: IdMap | null): NewItem[] {
  const items: NewItem[] = [];
  for (const { itemId, state, newAt } of view.entries()) if (state === "shown") items.push({ itemId, newAt });
  for (let index = 0; index < (ids?.size ?? 0); index++) {
    const itemId = ids?.idAt(index) ?? "";
    if (view.find(itemId) === null) items.push({ itemId, newAt: SOME_TIME_AGO });
  }
  return items;
}

export interface WithoutModelDeps extends Omit<Parameters<typeof rulesOfCall>[0], "metadata"> {
  readonly live: LiveItems;
  readonly items: Pick<ShelfMemory, "of">;
  readonly metadata: MetadataCache;
  readonly popularity: PopularityMemory;
  readonly coldStarts: ColdStarts;
  readonly manifestOf: (projectId: string) => Promise<RoutingManifest | null>;
}

interface Call {
  readonly counted?: CountedBy;
  /** In place of what is popular by events. */
  readonly counts?: readonly CountedItem[];
  readonly acts?: readonly UserAct[];
  readonly live?: LiveProfile;
  readonly rules?: CallRules;
  readonly hasColdStart?: boolean;
  readonly timing: Timing;
}

/** The list of a request. Throws a 422 `ServingError` for a rule of the request that is none. */
export function createWithoutModel(deps: WithoutModelDeps) {
  const memory = new ItemsWithoutModel();
  return async (projectId: number, request: RecommendationRequest, call: Call): Promise<ModelFreeList> => {
    const { counted: by = LAST_WEEK, counts, acts = [], rules: asked, timing } = call;
    const asking = Promise.resolve(call.live ?? deps.live.of(projectId, request.userId));
    const [live, counting, { view, isLate }, published] = await Promise.all([
      asking,
      counts ? () => counts : deps.live.popular(projectId, by),
      deps.items.of(projectId),
      deps.manifestOf(String(projectId)),
    ]);
    const manifest = published ?? manifestOfNothing(projectId);
    const counted = counting(manifest.events?.weights);
    const uploaded = await uploadedCatalogue(deps, manifest);
    const servable = memory.of(projectId, view, uploaded, counted);
    const grouped = await groupedBy(request, async () => deps.catalogues.of(projectId, uploaded, view));
    const whose = { userId: request.userId, live: asking };
    const rules = asked ? await rulesOfCall(deps, manifest, view, asked, whose) : null;
    const ruled = await rules?.(servable.items);
    const seen = seenBy(manifest.events, {}, deps.now());
    const settings = coldStartSettingsOf(manifest, call.hasColdStart);
    const person = { userId: request.userId, properties: live.properties, given: asked?.user };
    const coldStart = settings && (await deps.coldStarts.of(settings, { manifest, view }, person));
    const cold = coldStart?.(servable.items);
    const list = recommend(servable, {
      ...grouped,
      events: [...profileEvents([...live.items, ...acts], manifest.events), ...(request.events ?? [])],
      popularity: deps.popularity.of(servable, counted),
      ...(cold && { coldStart: cold }),
      ...(seen && { seen }),
      ...ruled?.request,
    });
    timing.end("score");
    const warnings = [...(isLate ? [LATE_ITEMS] : []), ...(ruled?.warnings ?? [])];
    return { ...list, liveEvents: live.state, warnings, hasItems: servable.items.size > 0 };
  };
}
