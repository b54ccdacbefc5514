/**
 * Ratings of the shape of MovieLens 20M, made one user after another: 138,000 users, 27,000 items, Zipf by both sides. The same seed gives the same
 * bytes.
 */
import { createRandom, type Random } from "#engine/random.ts";

export interface RatingsShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly seed?: number;
  /** How fast activity and popularity fall; those of MovieLens where they are absent, 0 for none. */
  readonly userExponent?: number;
  readonly itemExponent?: number;
  /** Letters of a text at the end of each row; no such column where absent. */
  readonly textLength?: number;
}

/** Users and items grow with the root of the interactions beyond this shape, and below it in the same way. */
export const ML20M: RatingsShape = { users: 138_000, items: 27_000, interactions: 20_000_000 };

/** ML20M with another number of interactions: users in proportion, items by the root. */
export function shapeOf(interactions: number): RatingsShape {
  const share = interactions / ML20M.interactions;
  return {
    users: Math.round(ML20M.users * share),
    items: Math.round(ML20M.items * Math.min(1, Math.sqrt(share))),
    interactions,
  };
}

/** (rank + offset)^−exponent: the most active of 138,000 users has 5,000 ratings, the median 64. */
const USER_CURVE = { exponent: 0.9, offset: 500 };
/** The most popular of 27,000 items has a hundredth of the draws. */
const ITEM_CURVE = { exponent: 1, offset: 13 };
const BEGIN_S = 800_000_000;
const PERIOD_S = 600_000_000;
const WORDS = "a film that says little and shows much ";
const CHUNK_CHARS = 1 << 20;

/** The file in pieces of about a megabyte: a header and lines such as `1042,318,3.5,1112486027`. */
export function* madeRatings(shape: RatingsShape): Generator<string> {
  const { users, items, seed = 1, itemExponent = ITEM_CURVE.exponent, textLength } = shape;
  const random = createRandom(seed);
  const counts = countsOf(shape, random);
  const drawItem = drawer(items, itemExponent, random);
  let text = `userId,movieId,rating,timestamp${textLength === undefined ? "" : ",review"}\n`;
  const review =
    textLength === undefined ? "" : `,${WORDS.repeat(textLength / WORDS.length + 1).slice(0, textLength)}`;
  for (let user = 0; user < users; user++) {
    let time = BEGIN_S + random.below(PERIOD_S);
    const taken = new Set<number>();
    // A user who has almost everything would draw without end.
    for (
      let draw = 0;
      taken.size < (counts[user] as number) && draw < 50 * (counts[user] as number);
      draw++
    ) {
      const item = drawItem();
      if (taken.has(item)) continue;
      taken.add(item);
      time += random.below(120);
      text += `${user + 1},${item + 1},${(1 + random.below(10)) / 2},${time}${review}\n`;
    }
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = "";
  }
  yield text;
}

/** The number of ratings of each user, in an order that has nothing to do with it. */
function countsOf(
  { users, items, interactions, userExponent: exponent = USER_CURVE.exponent }: RatingsShape,
  random: Random,
): Uint32Array {
  const { offset } = USER_CURVE;
  const weights = Float64Array.from({ length: users }, (_, rank) => (rank + offset) ** -exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const counts = Uint32Array.from(weights, (weight) =>
    Math.min(Math.ceil(items / 4), Math.max(1, Math.round((interactions * weight) / sum))),
  );
  for (let last = users - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = counts[last] as number;
    counts[last] = counts[other] as number;
    counts[other] = kept;
  }
  return counts;
}

/** Draws items by their popularity; ids of popular ones are not side by side. */
function drawer(items: number, exponent: number, random: Random): () => number {
  const { offset } = ITEM_CURVE;
  const upTo = new Float64Array(items);
  let sum = 0;
  for (let rank = 0; rank < items; rank++) {
    sum += (rank + offset) ** -exponent;
    upTo[rank] = sum;
  }
  const ids = Uint32Array.from({ length: items }, (_, item) => item);
  for (let last = items - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = ids[last] as number;
    ids[last] = ids[other] as number;
    ids[other] = kept;
  }
  return () => {
    const wanted = random.next() * sum;
    let [low, high] = [0, items - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return ids[low] as number;
  };
}
