/**
 * Who looks at what: each fan has a hidden taste, and picks posts by taste, appeal and freshness with noise. Tastes have a few
 * shared dimensions, so that users who agree on some posts agree on others, as collaborative filtering needs.
 */
import { createRandom, type Random } from "../random.ts";
import { COMMUNITIES } from "./catalogue.ts";
import type { SamplePost } from "./sample-posts.ts";

export type SampleEventType = "view" | "like" | "comment";

export interface SampleEvent {
  readonly fanId: string;
  readonly postId: string;
  readonly type: SampleEventType;
  /** Epoch milliseconds. */
  readonly at: number;
}

export const FAN_COUNT = 500;
export const EVENT_WEIGHTS: Readonly<Record<SampleEventType, number>> = { view: 1, like: 3, comment: 5 };

const TASTE_DIM = 6;
/**
 * Distance between communities and tags; with the spreads of appeal this sets how much more a personal model gains than
 * popularity.
 */
const COMMUNITY_SPREAD = 0.6;
const TAG_SPREAD = 0.3;
const DAY_MS = 86_400_000;
const MEDIAN_VIEWS = 50;
const [MIN_VIEWS, MAX_VIEWS] = [10, 250];
/** The first views happen when this many posts exist. */
const POSTS_AT_OPENING = 300;
const DRAWS_AT_MOST = 8;
/** A post gets e times fewer views after this many days. */
const FRESHNESS_DAYS = 120;
const FOLLOW_BONUS = 1.5;
const FOLLOWS_AT_MOST = 6;
// Shares of the views that become a like or a comment, from the least to the best liked post of a fan.
const LIKE_SHARE = [0.1, 0.3] as const;
const COMMENT_SHARE = [0.05, 0.15] as const;

/** Events fan by fan, each fan's in the order of time; one batch per fan, about a millisecond of work. */
export function* sampleEvents(
  seed: number,
  posts: readonly SamplePost[],
  endsAt: number,
): Generator<SampleEvent[]> {
  // Another stream than for the posts.
  const random = createRandom(seed + 1);
  const world = newTasteWorld(random, posts);
  for (let fan = 1; fan <= FAN_COUNT; fan++) {
    const id = `fan-${String(fan).padStart(3, "0")}`;
    yield fanEvents(random, id, posts, tasteFor(random, posts, world), endsAt);
  }
}

interface TasteWorld {
  /** One vector per community. */
  readonly communities: readonly Float64Array[];
  /** One vector per post: that of its community and tags together. */
  readonly posts: readonly Float64Array[];
}

function newTasteWorld(random: Random, posts: readonly SamplePost[]): TasteWorld {
  const vector = (size: number) => Float64Array.from({ length: TASTE_DIM }, () => size * random.normal());
  const communities = COMMUNITIES.map(() => vector(COMMUNITY_SPREAD));
  const tags = new Map<string, Float64Array>();
  const postVectors = posts.map((post) => {
    const sum = Float64Array.from(communities[post.community] as Float64Array);
    for (const tag of post.tags) {
      const known = tags.get(tag) ?? vector(TAG_SPREAD);
      tags.set(tag, known);
      for (let d = 0; d < TASTE_DIM; d++) sum[d] = (sum[d] as number) + (known[d] as number);
    }
    return sum;
  });
  return { communities, posts: postVectors };
}

/** How much one new fan likes each post, as a log-odds. */
function tasteFor(random: Random, posts: readonly SamplePost[], world: TasteWorld): Float64Array {
  const taste = Float64Array.from({ length: TASTE_DIM }, () => random.normal());
  const followed = follows(random, taste, world.communities);
  return Float64Array.from(posts, (post, index) => {
    const bonus = followed.has(post.community) ? FOLLOW_BONUS : 0;
    return dot(taste, world.posts[index] as Float64Array) + bonus + post.appeal;
  });
}

/** The communities that suit the fan best, partly by chance; six in ten fans follow any. */
function follows(random: Random, taste: Float64Array, communities: readonly Float64Array[]): Set<number> {
  if (random.next() >= 0.6) return new Set();
  const wishes = communities.map((vector, community) => ({
    community,
    wish: dot(taste, vector) + random.normal(),
  }));
  wishes.sort((a, b) => b.wish - a.wish);
  return new Set(wishes.slice(0, 1 + random.below(FOLLOWS_AT_MOST)).map(({ community }) => community));
}

function fanEvents(
  random: Random,
  fanId: string,
  posts: readonly SamplePost[],
  taste: Float64Array,
  endsAt: number,
): SampleEvent[] {
  const cumulative = attraction(posts, taste, endsAt);
  const ranks = likingRanks(taste);
  const viewed = new Set<number>();
  const events: SampleEvent[] = [];
  for (const at of viewTimes(random, posts, endsAt)) {
    let index = pickPost(random, posts, cumulative, at);
    for (let draw = 1; viewed.has(index) && draw < DRAWS_AT_MOST; draw++) {
      index = pickPost(random, posts, cumulative, at);
    }
    if (viewed.has(index)) continue;
    viewed.add(index);
    const postId = (posts[index] as SamplePost).id;
    const liking = ranks[index] as number;
    events.push({ fanId, postId, type: "view", at });
    if (random.next() < between(LIKE_SHARE, liking)) {
      events.push({ fanId, postId, type: "like", at: Math.min(endsAt, at + 1000 * (5 + random.below(90))) });
    }
    if (random.next() < between(COMMENT_SHARE, liking)) {
      events.push({
        fanId,
        postId,
        type: "comment",
        at: Math.min(endsAt, at + 1000 * (30 + random.below(600))),
      });
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

/** Moments of views, ascending: more of them recently, none before there are posts. */
function viewTimes(random: Random, posts: readonly SamplePost[], endsAt: number): number[] {
  const wanted = Math.round(MEDIAN_VIEWS * Math.exp(0.6 * random.normal()));
  const count = Math.min(MAX_VIEWS, Math.max(MIN_VIEWS, wanted));
  const spanMs = endsAt - (posts[POSTS_AT_OPENING] as SamplePost).createdAt;
  const times = Array.from({ length: count }, () => endsAt - Math.floor(spanMs * random.next() ** 1.5));
  return times.sort((a, b) => a - b);
}

/**
 * Running sums of e^(liking + freshness) over the posts, oldest first. Freshness decays equally for all posts, so its decay up to
 * the moment of a view cancels out, and one table serves all moments. A view at t picks among the posts created before t.
 */
function attraction(posts: readonly SamplePost[], taste: Float64Array, endsAt: number): Float64Array {
  let sum = 0;
  return Float64Array.from(posts, (post, index) => {
    const ageDays = (endsAt - post.createdAt) / DAY_MS;
    sum += Math.exp((taste[index] as number) - ageDays / FRESHNESS_DAYS);
    return sum;
  });
}

function pickPost(
  random: Random,
  posts: readonly SamplePost[],
  cumulative: Float64Array,
  at: number,
): number {
  const available = firstIndex(posts.length, (index) => (posts[index] as SamplePost).createdAt > at);
  const target = random.next() * (cumulative[available - 1] as number);
  return firstIndex(available - 1, (index) => (cumulative[index] as number) > target);
}

/** Smallest index below `length` for which a predicate holds that stays true once true; `length` when none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** 0 for the post that the fan likes least … 1 for the best liked. */
function likingRanks(taste: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: taste.length }, (_, index) => index);
  order.sort((a, b) => (taste[a] as number) - (taste[b] as number) || a - b);
  const ranks = new Float64Array(taste.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank / (order.length - 1);
  return ranks;
}

function between(range: readonly [number, number], share: number): number {
  return range[0] + (range[1] - range[0]) * share;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
