/** The rules of one call: the project's catalogue and saved rules, and what the call brings itself. */
import type { IdMap } from "#engine/data/id-map.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";
import { describedUser } from "#jobs/event-shard/user-properties.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";
import type { LiveCatalogues } from "../items/live-catalogue.ts";
import type { ShelfView } from "../items/shelf-view.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import type { Counted, EventCountMemory, ItemCounts } from "../memory/event-count-memory.ts";
import type { LiveProfile } from "../memory/live-items.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable } from "../memory/model-cache.ts";
import { uploadedUser } from "../users/uploaded-user.ts";
import { RefusedRule, type RuleBook, type RulesForModel } from "./rule-book.ts";

/** What a call asks of rules, and where it says so. */
export interface CallRules {
  readonly filter?: string | undefined;
  readonly boosts?: readonly string[] | undefined;
  /** Properties of the user, over those that were written, which lie over those of the uploaded user metadata. */
  readonly user?: Readonly<Record<string, unknown>> | undefined;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Where the fields `filter`, `boost` and `slot` lie, for refusals: `["body"]`. */
  readonly place: readonly (string | number)[];
}

/** Whether a call says something of rules itself. Without it the saved rules alone decide, which can be applied again later. */
export function saysRules({ filter, boosts = [], user, context = {} }: CallRules): boolean {
  return filter !== undefined || boosts.length > 0 || user !== undefined || Object.keys(context).length > 0;
}

/** Whose call it is. */
export interface CallUser {
  readonly userId: string | undefined;
  /** What is known of the user beside files. Never rejects. */
  readonly live: Promise<Pick<LiveProfile, "properties">>;
}

interface Deps {
  readonly book: RuleBook;
  readonly metadata: Pick<MetadataCache, "catalogue" | "load">;
  readonly catalogues: LiveCatalogues;
  readonly counts: EventCountMemory;
  readonly now: () => number;
  readonly logError: (event: string, error: unknown) => void;
}

/** The part of a request to the engine that the rules decide, and what the answer says of them. */
export interface Ruled {
  readonly request: Pick<
    RecommendationRequest,
    "adjust" | "itemRules" | "arrange" | "countArranged" | "isBoosted"
  >;
  readonly warnings: readonly string[];
}

/** `now()` of rules goes on by whole seconds, so that the requests of a second share what they compute of it. */
const CLOCK_STEP_MS = 1_000;

/**
 * Loads what the rules of a call need; null when there are none, so that such a call costs nothing. The result applies them to a
 * model's items. Throws a 422 `ServingError` for a text that is no rule, 503 when a rule of the call needs metadata that cannot be
 * read now. Saved rules fail open: without metadata they are left out, and the answer says so.
 */
export async function rulesOfCall(
  deps: Deps,
  manifest: RoutingManifest,
  written: ShelfView,
  asked: CallRules,
  { userId, live }: CallUser,
): Promise<((items: IdMap) => Promise<Ruled>) | null> {
  const { filter, boosts = [], context = {}, place } = asked;
  const saved = manifest.rules ?? [];
  const hasOwn = filter !== undefined || boosts.length > 0;
  if (!hasOwn && saved.length === 0) return null;
  const uploaded = await catalogueOf(deps, manifest, hasOwn);
  const catalogue = deps.catalogues.of(manifest.project_id, uploaded, written);
  const { properties } = await live;
  const ofFile = properties?.isPartial === false ? null : await uploadedUser(deps, manifest, userId);
  const user = { ...describedUser(properties, ofFile), ...asked.user };
  const request = { now: Math.floor(deps.now() / CLOCK_STEP_MS) * CLOCK_STEP_MS, user, context };
  const counts = new CallCounts(deps.counts, manifest.project_id);
  const apply = (items: IdMap) => {
    const own = { filter, boosts, request, counts: counts.of };
    return deps.book.rulesFor(items, catalogue, saved, own);
  };
  return async (items) => {
    try {
      let ruled = apply(items);
      // Only the rules themselves know what they count: with what they asked for they are applied again.
      if (await counts.load()) ruled = apply(items);
      return ruledBy(ruled, counts.missing);
    } catch (error) {
      if (!(error instanceof RefusedRule)) throw error;
      const input = error.field === "filter" ? filter : boosts;
      const problem = { type: "value_error", loc: [...place, error.field], msg: error.message, input };
      throw new ServingError(422, [problem]);
    }
  };
}

async function catalogueOf(deps: Deps, manifest: RoutingManifest, isNeeded: boolean) {
  if (!manifest.metadata_key) return null;
  try {
    return await deps.metadata.catalogue(manifest.metadata_key);
  } catch (error) {
    if (!isUnusable(error) && !(error instanceof Overloaded)) throw error;
    deps.logError("metadata_refused", error);
    if (isNeeded)
      throw new ServingError(503, "The project's item metadata cannot be read now.", { "Retry-After": "1" });
    return null;
  }
}

/** The counts that the rules of one call ask for. */
class CallCounts {
  readonly #memory: EventCountMemory;
  readonly #projectId: number;
  readonly #missing = new Map<string, Counted>();

  constructor(memory: EventCountMemory, projectId: number) {
    this.#memory = memory;
    this.#projectId = projectId;
  }

  readonly of = (event: string, windowMs: number): ItemCounts | null => {
    const counts = this.#memory.known(this.#projectId, { event, windowMs });
    const name = `${windowMs} ${event}`;
    if (counts) this.#missing.delete(name);
    else this.#missing.set(name, { event, windowMs });
    return counts;
  };

  /** Events whose counts are not known. */
  get missing(): readonly Counted[] {
    return [...this.#missing.values()];
  }

  /** False if nothing was asked for that is not known. */
  async load(): Promise<boolean> {
    if (this.#missing.size === 0) return false;
    await this.#memory.load(this.#projectId, this.missing);
    return true;
  }
}

function ruledBy(
  { adjust, itemRules, arrange, countArranged, leftOut, applied, blocking }: RulesForModel,
  uncounted: readonly Counted[],
): Ruled {
  const unfit = applied.unfit.map(
    ({ owner, name, expected }) => `${owner}.${name} is not ${expected}: rules took it as missing.`,
  );
  const dropped = leftOut.map(({ name, reason }) => `The saved rule "${name}" was left out. ${reason}`);
  const late = uncounted.map(({ event }) => `Counts of "${event}" did not come in time: they have no value.`);
  const isBoosted = applied.factors !== null || applied.addends !== null;
  const order = { ...(arrange && { arrange }), ...(countArranged && { countArranged }) };
  return {
    request: { adjust, itemRules, isBoosted, ...order },
    warnings: [...unfit, ...dropped, ...late, ...blockedTexts(blocking)],
  };
}

/** Why the rules leave no item. */
function blockedTexts(blocking: RulesForModel["blocking"]): string[] {
  if (blocking === null) return [];
  if (blocking.length === 0) return ["The filters leave no item together."];
  return blocking.map(({ text, absent }) => {
    const why = absent.length === 0 ? "" : `: ${absent.join(" and ")} has no value`;
    return `The filter "${text}" leaves no item${why}.`;
  });
}
