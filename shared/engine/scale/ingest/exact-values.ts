/** Finds numbers by their position among all, of more than memory holds: they are read several times, in pieces. */
import { nthSmallest } from "../../data/nth-smallest.ts";

/** All numbers in pieces, the same each time; NaN does not count. */
export type NumberPieces = () => AsyncIterable<Float64Array>;

const BINS = 2 ** 16;
/** Numbers that are held at once. */
const MOST_HELD = 2 ** 20;

/** How often `valuesAt` reads some pieces, if the numbers are spread evenly: where bins have one alone, they are found at once. */
export function usualReadings(count: number, positions: number): number {
  if (positions === 0) return 0;
  return count > BINS ? 2 : 1;
}

/**
 * The numbers at some positions (from 0) of the sorted numbers, exactly. Counts them in equal bins between the least and the greatest, then
 * looks closer at the bins with the positions, until they have few numbers or one. Linear in the numbers, and two readings are usual.
 *
 * @param range The least and the greatest number.
 */
export async function valuesAt(
  pieces: NumberPieces,
  ranks: readonly number[],
  { least, most }: { readonly least: number; readonly most: number },
  mostHeld = MOST_HELD,
): Promise<number[]> {
  let searches = ranks.map((rank): Search => ({ rank, least, most, before: 0, count: null }));
  for (;;) {
    const wide = searches.filter((search) => !isFound(search) && (search.count ?? mostHeld + 1) > mostHeld);
    if (wide.length === 0) break;
    // Positions in the same bin share it, as all do at first.
    const bins = new Map<number, Bins>();
    for (const search of wide) bins.set(search.least, binsBetween(search));
    await countInto([...bins.values()], pieces);
    searches = searches.map((search) =>
      wide.includes(search) ? narrowed(search, bins.get(search.least) as Bins) : search,
    );
  }
  const held = await hold(
    pieces,
    searches.filter((search) => !isFound(search)),
  );
  return searches.map((search) => {
    if (isFound(search)) return search.least;
    return nthSmallest(held.get(search.least) as Float64Array, search.rank - search.before);
  });
}

/** Where the number at a position lies: between two numbers, after some that are less than both. */
interface Search {
  readonly rank: number;
  readonly least: number;
  readonly most: number;
  readonly before: number;
  /** Numbers from least to most; null before they are counted. */
  readonly count: number | null;
}

const isFound = ({ least, most }: Search) => least === most;

interface Bins {
  readonly from: number;
  readonly to: number;
  readonly counts: Float64Array;
  /** The least and the greatest number in each. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

function binsBetween({ least: from, most: to }: Search): Bins {
  const [counts, least, most] = [new Float64Array(BINS), new Float64Array(BINS), new Float64Array(BINS)];
  return { from, to, counts, least, most };
}

/** The same search within the bin that has the position. */
function narrowed({ rank, before: known }: Search, bins: Bins): Search {
  let [bin, before] = [0, known];
  for (; before + (bins.counts[bin] as number) <= rank; bin++) before += bins.counts[bin] as number;
  return {
    ...{ rank, before, count: bins.counts[bin] as number },
    ...{ least: bins.least[bin] as number, most: bins.most[bin] as number },
  };
}

async function countInto(all: readonly Bins[], pieces: NumberPieces): Promise<void> {
  for await (const piece of pieces()) for (const bins of all) countPiece(piece, bins);
}

function countPiece(piece: Float64Array, { from, to, counts, least, most }: Bins): void {
  const scale = (BINS - 1) / (to - from);
  for (let at = 0; at < piece.length; at++) {
    const value = piece[at] as number;
    if (!(value >= from && value <= to)) continue;
    // Falling nowhere, so the numbers of a bin lie side by side.
    const bin = Math.floor((value - from) * scale);
    const isFirst = counts[bin] === 0;
    counts[bin] = (counts[bin] as number) + 1;
    if (isFirst || value < (least[bin] as number)) least[bin] = value;
    if (isFirst || value > (most[bin] as number)) most[bin] = value;
  }
}

/** The numbers of some bins, by the least of each; all bins in one reading. */
async function hold(pieces: NumberPieces, searches: readonly Search[]): Promise<Map<number, Float64Array>> {
  const bins = new Map(
    searches.map((search) => [
      search.least,
      { ...search, values: new Float64Array(search.count ?? 0), filled: 0 },
    ]),
  );
  if (bins.size === 0) return new Map();
  for await (const piece of pieces()) {
    for (const bin of bins.values()) {
      for (let at = 0; at < piece.length; at++) {
        const value = piece[at] as number;
        if (value >= bin.least && value <= bin.most) bin.values[bin.filled++] = value;
      }
    }
  }
  return new Map([...bins].map(([least, { values }]) => [least, values]));
}
