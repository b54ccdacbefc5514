import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createRandom, type Random, shuffleInPlace } from "#engine/random.ts";

export interface ZipfShape {
  readonly userCount: number;
  readonly itemCount: number;
  readonly interactionCount: number;
  readonly seed: number;
}

/** Everybody has at least this many interactions, as in MovieLens. */
const FEWEST = 20;
/** Nobody has more than this share of the items. */
const LARGEST_SHARE = 1 / 3;
/** Powers of a rank: how fast activity and popularity fall. */
const USER_POWER = -0.6;
const ITEM_POWER = -0.9;
/** Popularity falls from this rank on. */
const HEAD = 20;

/**
 * Random interactions in MovieLens-20M's manner: both activity and popularity fall by a power of the rank, ranks are in no order of
 * indices, weights are 1 to 5. The number of interactions is met within rounding.
 */
export function zipfInteractions({ userCount, itemCount, interactionCount, seed }: ZipfShape): CsrMatrix {
  const random = createRandom(seed);
  const degrees = degreesFor(userCount, interactionCount, Math.floor(itemCount * LARGEST_SHARE));
  shuffleInPlace(degrees, random);
  const draw = itemDraws(itemCount, random);
  const indptr = new Uint32Array(userCount + 1);
  for (let user = 0; user < userCount; user++) {
    indptr[user + 1] = (indptr[user] as number) + (degrees[user] as number);
  }
  const indices = new Uint32Array(indptr[userCount] as number);
  const values = new Float32Array(indices.length);
  const owners = new Uint32Array(itemCount);
  for (let user = 0; user < userCount; user++) {
    const [from = 0, to = 0] = [indptr[user], indptr[user + 1]];
    for (let at = from; at < to; ) {
      const item = draw();
      if (owners[item] === user + 1) continue;
      owners[item] = user + 1;
      indices[at++] = item;
    }
    indices.subarray(from, to).sort();
    for (let at = from; at < to; at++) values[at] = 1 + random.below(5);
  }
  return { rowCount: userCount, columnCount: itemCount, indptr, indices, values };
}

/** Interactions of users by rank, scaled until they sum to the wanted number. */
function degreesFor(userCount: number, total: number, most: number): Uint32Array {
  const at = (scale: number) =>
    Uint32Array.from({ length: userCount }, (_, rank) =>
      Math.min(most, Math.max(FEWEST, Math.round(scale * (rank + 1) ** USER_POWER))),
    );
  let [low, high] = [0, total];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (at(middle).reduce((sum, degree) => sum + degree, 0) < total) low = middle;
    else high = middle;
  }
  return at(high);
}

function itemDraws(itemCount: number, random: Random): () => number {
  const order = Uint32Array.from({ length: itemCount }, (_, item) => item);
  shuffleInPlace(order, random);
  const ends = new Float64Array(itemCount);
  let sum = 0;
  for (let rank = 0; rank < itemCount; rank++) {
    sum += (rank + HEAD) ** ITEM_POWER;
    ends[rank] = sum;
  }
  return () => {
    const wanted = random.next() * sum;
    let [low, high] = [0, itemCount - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return order[low] as number;
  };
}
