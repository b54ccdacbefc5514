import { createRandom, type Random } from "#engine/random.ts";

/** User, item, time. */
export type Row = readonly [string, string, number];

const USERS = 6_040;
const ITEMS = 3_700;
const INTERACTIONS = 1_010_000;
const GENRES = 18;
/** How a user's taste is mixed: most of what is taken is of few genres. */
const OWN_GENRES = 4;
const SHARE_OF_OWN = 0.75;
const FEWEST_PER_USER = 20;
const SKEW_OF_USERS = 1;
const SKEW_OF_ITEMS = 0.8;
const BEGIN = 1_000_000_000;

/**
 * A million interactions in the shape of MovieLens 1M: as many users and items, a few users and items with most interactions, and
 * users who prefer some genres. The same seed gives the same rows.
 */
export function millionRatings(seed = 1): Row[] {
  const random = createRandom(seed);
  const genreOf = Array.from({ length: ITEMS }, () => random.below(GENRES));
  const byGenre = Array.from({ length: GENRES }, (_, genre) => ladder(genreOf, (one) => one === genre));
  const all = ladder(genreOf, () => true);
  const activity = Array.from({ length: USERS }, () => Math.exp(SKEW_OF_USERS * random.normal()));
  const unit = (INTERACTIONS - USERS * FEWEST_PER_USER) / activity.reduce((sum, one) => sum + one, 0);
  return activity.flatMap((share, user) => {
    const count = Math.min(ITEMS / 2, Math.round(FEWEST_PER_USER + unit * share));
    const own = Array.from({ length: OWN_GENRES }, () => byGenre[random.below(GENRES)] as Ladder);
    const taken = new Set<number>();
    while (taken.size < count) {
      const from = random.next() < SHARE_OF_OWN ? (own[random.below(OWN_GENRES)] as Ladder) : all;
      taken.add(draw(from, random));
    }
    return [...taken].map((item, at) => [`u${user}`, `i${item}`, BEGIN + user * 1_000 + at] as const);
  });
}

/** Items, and the sum of the weights up to each. */
interface Ladder {
  readonly items: readonly number[];
  readonly sums: Float64Array;
}

/** An item's weight falls with its number, as popularity falls with rank. */
function ladder(genreOf: readonly number[], isIn: (genre: number) => boolean): Ladder {
  const items = genreOf.flatMap((genre, item) => (isIn(genre) ? [item] : []));
  let sum = 0;
  return { items, sums: Float64Array.from(items, (item) => (sum += (item + 10) ** -SKEW_OF_ITEMS)) };
}

function draw({ items, sums }: Ladder, random: Random): number {
  const wanted = random.next() * (sums.at(-1) ?? 0);
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return items[low] as number;
}
