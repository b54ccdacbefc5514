/** What is known of a user at the time of a request: training history, live events, and what the request says. */
import type { Model, Profile } from "../algorithms/fit/algorithm.ts";
import { recentByAge } from "../algorithms/fit/recent-items.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { StoredHistory } from "../data/history-record.ts";
import { type FeatureVector, featureRow } from "../data/side-features.ts";
import { indexOfId } from "./index-of-id.ts";
import { dislikedRow, historyRow, type Servable } from "./model-artifact.ts";

/** Something that a user did after the training, or says of an item in the request. */
export interface ProfileEvent {
  readonly itemId: string;
  /** Zero and below is a dislike. */
  readonly weight: number;
  /** Epoch milliseconds; null: now. */
  readonly at: number | null;
  /** False if the item does not count as seen by it. */
  readonly isSeen?: boolean;
}

const MS_PER_DAY = 86_400_000;

export interface KnownOfUser {
  readonly userId?: string;
  /** What the training knows of the user, from histories that are read one by one. */
  readonly history?: StoredHistory;
  /** Properties of the user, encoded by the model's space; by default those that the training knows. */
  readonly features?: FeatureVector;
  /** Items that the user likes; ids unknown to the model are dropped. */
  readonly itemIds?: readonly string[];
  /** In any order; ids unknown to the model are dropped. */
  readonly events?: readonly ProfileEvent[];
  /** Epoch milliseconds; without it, days do not matter to models that read the order. */
  readonly now?: number;
}

export interface UserProfile {
  /** Liked items, without the disliked ones, and properties if any are known. */
  readonly profile: Profile;
  /** Never recommended. */
  readonly disliked: Uint32Array;
  /** Whether the training history has an item of the user. */
  readonly hasHistory: boolean;
  /** Whether the model knows an item of `itemIds` or a liked one of `events`. */
  readonly hasOwn: boolean;
  /** When the user last did something with an item, for items of `events` only. Epoch milliseconds; Infinity: now. */
  readonly lastAt: ReadonlyMap<number, number>;
  /**
   * When the user last did something by which an item counts as seen; `NEVER_SEEN` for items of other events alone. Absent if every
   * event makes its item seen: `lastAt` then says it. Items of the training history alone are not in it.
   */
  readonly seenAt?: ReadonlyMap<number, number>;
}

/** In `seenAt`, of an item that no event makes seen. */
export const NEVER_SEEN = Number.NEGATIVE_INFINITY;

const NO_ITEMS = new Uint32Array();
const NOTHING: Profile = { indices: NO_ITEMS, weights: new Float32Array() };
const NO_TIMES: ReadonlyMap<number, number> = new Map();

/**
 * Merges history, events and given items. An item's weight is the largest that is known of it: an event that came twice, or that the
 * training has seen, counts once. The last event with an item decides whether it is liked or disliked; where times are equal, a
 * dislike does.
 */
export function userProfileOf(
  servable: Pick<Servable, "users" | "items" | "history" | "disliked"> &
    Partial<Pick<Servable, "userFeatures" | "model" | "historyReference">>,
  request: KnownOfUser,
): UserProfile {
  const { userId, history: read, itemIds = [], events = [] } = request;
  const { users, items, history, userFeatures } = servable;
  const userIndex = userId === undefined ? -1 : indexOfId(users, userId);
  const rowIndex = read?.userIndex ?? userIndex;
  const trained = userFeatures && rowIndex >= 0 ? featureRow(userFeatures, rowIndex) : undefined;
  const features = request.features ?? trained;
  const { profile: known, dislikes } = read
    ? { profile: { indices: read.indices, weights: read.weights }, dislikes: read.disliked }
    : {
        profile: userIndex >= 0 ? historyRow(servable, userIndex) : NOTHING,
        dislikes: userIndex >= 0 ? dislikedRow(servable, userIndex) : NO_ITEMS,
      };
  const ages = read ? read.ages : agesOfRow(history, userIndex);
  const hasHistory = known.indices.length > 0;
  const given = itemIds.map((id) => indexOfId(items, id)).filter((itemIndex) => itemIndex >= 0);
  const last = lastEvents(servable, events);
  if (given.length === 0 && last.size === 0) {
    const order = orderFor(servable, request, { known, ages, liked: () => true });
    const profile = { ...withFeatures(known, features), ...order };
    return { profile, disliked: dislikes, hasHistory, hasOwn: false, lastAt: NO_TIMES };
  }
  const weights = new Map(Array.from(known.indices, (itemIndex, at) => [itemIndex, known.weights[at] ?? 0]));
  const refused = new Set(dislikes);
  for (const [itemIndex, { isLiked, weight }] of last) {
    if (isLiked) {
      refused.delete(itemIndex);
      weights.set(itemIndex, Math.max(weights.get(itemIndex) ?? 0, weight));
    } else {
      refused.add(itemIndex);
      weights.delete(itemIndex);
    }
  }
  for (const itemIndex of given) weights.set(itemIndex, weights.get(itemIndex) ?? 1);
  const hasOwn = given.length > 0 || [...last.values()].some(({ isLiked }) => isLiked);
  const lastAt = new Map([...last].map(([itemIndex, { at }]) => [itemIndex, at]));
  for (const itemIndex of given) lastAt.set(itemIndex, Number.POSITIVE_INFINITY);
  const user = {
    profile: {
      ...withFeatures(toProfile(weights), features),
      ...orderFor(servable, request, { known, ages, liked: (itemIndex) => weights.has(itemIndex) }),
    },
    disliked: Uint32Array.from(refused),
    hasHistory,
    hasOwn,
    lastAt,
  };
  const seenAt = events.some(({ isSeen }) => isSeen === false) ? seenTimes(servable, events, known) : null;
  if (seenAt === null) return user;
  for (const itemIndex of given) seenAt.set(itemIndex, Number.POSITIVE_INFINITY);
  return { ...user, seenAt };
}

function agesOfRow({ ages, indptr }: CsrMatrix, row: number): Float32Array | undefined {
  return row < 0 ? undefined : ages?.subarray(indptr[row], indptr[row + 1]);
}

interface Ordered {
  /** Of the training. */
  readonly known: Profile;
  readonly ages: Float32Array | undefined;
  /** Whether an item is in the profile. */
  readonly liked: (itemIndex: number) => boolean;
}

/**
 * The order of a profile, for models that read it: the training history by its ages, then events by their times, then what the request
 * gives. An item of the history that an event names again stands there alone.
 */
function orderFor(
  {
    items,
    model,
    historyReference = 0,
  }: Pick<Servable, "items"> & Partial<Pick<Servable, "model" | "historyReference">>,
  { events = [], itemIds = [], now }: KnownOfUser,
  { known, ages, liked }: Ordered,
): Pick<Profile, "recent"> {
  if (!model?.readsOrder) return {};
  const own = events
    .map(({ itemId, at, weight }) => ({
      item: indexOfId(items, itemId),
      at: at ?? Number.POSITIVE_INFINITY,
      weight,
    }))
    .filter(({ item, weight }) => item >= 0 && weight > 0 && liked(item))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at));
  const given = itemIds.map((id) => indexOfId(items, id)).filter((item) => item >= 0 && liked(item));
  if (own.length + given.length === 0 && !ages) return {};
  const live = new Set([...own.map(({ item }) => item), ...given]);
  const past = ages ? recentByAge(known.indices, ages) : { items: known.indices, daysAgo: null };
  const kept = [...past.items.keys()].filter((at) => {
    const item = past.items[at] as number;
    return liked(item) && !live.has(item);
  });
  const daysSince = (at: number) =>
    now === undefined || at === Number.POSITIVE_INFINITY ? 0 : Math.max(0, now - at) / MS_PER_DAY;
  const since = daysSince(historyReference);
  const order = [...kept.map((at) => past.items[at] as number), ...own.map(({ item }) => item), ...given];
  const daysAgo = [
    ...kept.map((at) => (past.daysAgo?.[at] ?? Number.NaN) + since),
    ...own.map(({ at }) => daysSince(at)),
    ...given.map(() => 0),
  ];
  const recent = {
    items: Uint32Array.from(order),
    daysAgo: now === undefined ? null : Float32Array.from(daysAgo),
  };
  return { recent };
}

/** Whether the profile says something to a model: interactions, or properties where it reads them. */
export function isKnownTo(model: Pick<Model, "readsUserFeatures">, { indices, features }: Profile): boolean {
  return indices.length > 0 || (model.readsUserFeatures === true && features !== undefined);
}

/** Properties without one that the model knows say nothing. */
function withFeatures(profile: Profile, features: FeatureVector | undefined): Profile {
  return features && features.indices.length > 0 ? { ...profile, features } : profile;
}

/** See `UserProfile.seenAt`. */
function seenTimes(
  { items }: Pick<Servable, "items">,
  events: readonly ProfileEvent[],
  history: Profile,
): Map<number, number> {
  const inHistory = new Set(history.indices);
  const times = new Map<number, number>();
  for (const { itemId, at, isSeen = true } of events) {
    const itemIndex = indexOfId(items, itemId);
    if (itemIndex < 0 || (!isSeen && inHistory.has(itemIndex))) continue;
    const time = isSeen ? (at ?? Number.POSITIVE_INFINITY) : NEVER_SEEN;
    times.set(itemIndex, Math.max(times.get(itemIndex) ?? NEVER_SEEN, time));
  }
  return times;
}

interface LastEvent {
  readonly at: number;
  readonly isLiked: boolean;
  /** The largest of the item's liking events. */
  readonly weight: number;
}

function lastEvents({ items }: Pick<Servable, "items">, events: readonly ProfileEvent[]) {
  const last = new Map<number, LastEvent>();
  for (const event of events) {
    const itemIndex = indexOfId(items, event.itemId);
    if (itemIndex < 0) continue;
    const at = event.at ?? Number.POSITIVE_INFINITY;
    const isLiked = event.weight > 0;
    const before = last.get(itemIndex);
    const weight = Math.max(before?.weight ?? 0, event.weight);
    const decides = !before || at > before.at || (at === before.at && !isLiked);
    last.set(itemIndex, decides ? { at, isLiked, weight } : { ...before, weight });
  }
  return last;
}

function toProfile(weights: ReadonlyMap<number, number>): Profile {
  const indices = Uint32Array.from(weights.keys()).sort();
  return { indices, weights: Float32Array.from(indices, (itemIndex) => weights.get(itemIndex) ?? 0) };
}

/** The items of a profile that the user did something with last, newest first; items of the training history have no times and come last. */
export function recentItems({ profile, lastAt }: UserProfile, limit = profile.indices.length): number[] {
  const timeOf = (itemIndex: number) => lastAt.get(itemIndex) ?? Number.NEGATIVE_INFINITY;
  const byTime = (a: number, b: number) => (timeOf(a) === timeOf(b) ? a - b : timeOf(b) > timeOf(a) ? 1 : -1);
  return [...profile.indices].sort(byTime).slice(0, limit);
}
