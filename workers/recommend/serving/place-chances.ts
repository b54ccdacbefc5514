/** How likely each item of a list was in its place: what a replay of the log needs. Only lists that a replay can make again have it. */
import { toTraffic } from "#contract/traffic.ts";
import {
  type ListBranch,
  MOST_PLACES,
  placeProbabilities,
} from "#engine/experiment/replay/place-probabilities.ts";
import type { ListStrategy, RecommendationRequest, RecommendedItem } from "#engine/serve/recommendation.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { type Assignment, type Outcome, outcomesOf } from "./assign.ts";
import type { Slot } from "./choose-slot.ts";
import type { UserAct } from "./event-rules.ts";
import type { OtherList } from "./make-list.ts";

export interface ChancesCall {
  readonly manifest: RoutingManifest;
  readonly request: RecommendationRequest;
  /** Whether saved rules made the list. Where a list explores, they may move what follows an explored item: then nobody can say. */
  readonly hasRules: boolean;
  readonly listOf: (slot: Slot, made?: OtherList) => Promise<{ readonly items: readonly RecommendedItem[] }>;
}

export interface ChancesList extends Assignment {
  readonly items: readonly RecommendedItem[];
  readonly strategy: ListStrategy;
  /** Of an interleaved list: the ids of both. */
  readonly halves?: readonly (readonly string[])[];
}

/** Whether a request asks for a person's list and says nothing else, so that a model's list for it can be made again later. */
export function isPlain(
  request: RecommendationRequest,
  said: { readonly acts: readonly UserAct[]; readonly isNamed: boolean; readonly isRuled: boolean },
): boolean {
  const {
    userId,
    events = [],
    itemIds = [],
    exclude = [],
    similarTo,
    diversity,
    similar,
    asScored,
  } = request;
  if (said.isNamed || said.isRuled || said.acts.length > 0 || asScored) return false;
  const given = events.length + itemIds.length + exclude.length;
  return userId !== undefined && given === 0 && !similarTo && !diversity && similar !== "only";
}

/** The chances of a list, or a way to find them if other slots could have answered, whose lists have to be made. */
export type OpenChances =
  /** By item; 0 where nobody can say. */
  | { readonly needsLists: false; readonly chances: readonly number[] }
  /** Null if the lists of the others cannot be compared with this one. */
  | { readonly needsLists: true; readonly find: () => Promise<readonly number[] | null> };

/** Null for a list that has none. */
export function chancesOf(call: ChancesCall, list: ChancesList): OpenChances | null {
  const { manifest, request, hasRules } = call;
  const { offset, limit, userId } = request;
  const isOther = list.isBaseline === true || list.strategy === "cold_start";
  if (isOther || offset + limit > MOST_PLACES) return null;
  const { exploration_rate: rate } = toTraffic(manifest.traffic);
  const outcomes = outcomesOf(manifest, { userId });
  const own = outcomes.find((outcome) => isOf(outcome, list));
  const ownBranch = own && shownBranch(list, { offset, rate, share: own.share, hasRules });
  if (!own || !ownBranch) return null;
  const others = outcomes.filter((outcome) => outcome !== own);
  const placed = { items: list.items, offset, explorationRate: rate };
  const of = (branches: readonly ListBranch[]) =>
    placeProbabilities(placed, [ownBranch, ...branches]).map((chance) => chance ?? 0);
  if (others.length === 0) return { needsLists: false, chances: of([]) };
  return {
    needsLists: true,
    async find() {
      const branches = await Promise.all(others.map((outcome) => madeBranch(call, outcome)));
      const known = branches.flatMap((branch) => (branch ? [branch] : []));
      return known.length < branches.length ? null : of(known);
    },
  };
}

function isOf(outcome: Outcome, { slot, rival }: Assignment): boolean {
  return outcome.slot.id === slot.id && outcome.rival?.id === rival?.id;
}

interface ShownAs {
  readonly offset: number;
  readonly rate: number;
  readonly share: number;
  readonly hasRules: boolean;
}

/** The ranking behind the shown list; null if the list does not tell it. */
function shownBranch(
  { items, halves }: ChancesList,
  { offset, rate, share, hasRules }: ShownAs,
): ListBranch | null {
  const explores = items.some(({ propensity }) => propensity !== undefined);
  if (explores && hasRules) return null;
  if (halves) {
    const [a = [], b = []] = halves;
    return explores ? null : { share, items: a, rival: b };
  }
  const ids = items.map(({ itemId }) => itemId);
  if (!explores) return { share, items: [...new Array<string>(offset).fill(""), ...ids] };
  const isEven = items.every(({ propensity, isExplored }) => propensity === (isExplored ? rate : 1 - rate));
  const ranked = items.filter(({ isExplored }) => !isExplored);
  // What was explored on the pages before is not known, nor where new items stood without exploration.
  if (!isEven || offset > 0 || ranked.some(isNewer)) return null;
  return { share, items: ranked.map(({ itemId }) => itemId), explores: true };
}

async function madeBranch(
  { listOf, hasRules }: ChancesCall,
  { slot, rival, share }: Outcome,
): Promise<ListBranch | null> {
  const wanted = { isWhole: true };
  const [{ items }, second] = await Promise.all([
    listOf(slot, wanted),
    rival ? listOf(rival, wanted) : { items: [] },
  ]);
  const explores = [...items, ...second.items].some(({ propensity }) => propensity !== undefined);
  if (explores && (hasRules || rival || items.some(isNewer))) return null;
  return {
    ...{ share, items: items.map(({ itemId }) => itemId), explores },
    ...(rival && { rival: second.items.map(({ itemId }) => itemId) }),
  };
}

function isNewer({ isNew, isByFeatures }: RecommendedItem): boolean {
  return isNew === true || isByFeatures === true;
}
