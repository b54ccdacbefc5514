/** Finds numbers by their position among all, of more than memory holds: they are read several times, in pieces. */
import { nthSmallest } from "../../data/nth-smallest.ts";

/** All numbers in pieces, the same each time; NaN does not count. */
export type NumberPieces = () => AsyncIterable<Float64Array>;

const BINS = 2 ** 16;
/** Numbers that are held at once. */
const MOST_HELD = 2 ** 20;

/** How often `valuesAt` reads the pieces for each position, if the numbers are spread evenly: where a bin has one alone, it is found at once. */
export function usualReadings(count: number): number {
  return count > BINS ? 2 : 1;
}

/**
 * The numbers at some positions (from 0) of the sorted numbers, exactly. Counts them in equal bins between the least and the greatest, then
 * looks closer at the bin with the position, until it has few numbers or one. Linear in the numbers, and two readings are usual.
 *
 * @param range The least and the greatest number.
 */
export async function valuesAt(
  pieces: NumberPieces,
  ranks: readonly number[],
  range: { readonly least: number; readonly most: number },
  mostHeld = MOST_HELD,
): Promise<number[]> {
  const found: number[] = [];
  for (const rank of ranks) found.push(await valueAt(pieces, rank, range, mostHeld));
  return found;
}

async function valueAt(
  pieces: NumberPieces,
  rank: number,
  range: { readonly least: number; readonly most: number },
  mostHeld: number,
): Promise<number> {
  let { least, most } = range;
  let before = 0;
  for (;;) {
    if (least === most) return least;
    const bins = await binsBetween(pieces, least, most);
    let bin = 0;
    for (; before + (bins.counts[bin] as number) <= rank; bin++) before += bins.counts[bin] as number;
    const count = bins.counts[bin] as number;
    least = bins.least[bin] as number;
    most = bins.most[bin] as number;
    if (least === most) return least;
    if (count <= mostHeld) return nthSmallest(await held(pieces, { least, most, count }), rank - before);
  }
}

/** Counts of the numbers in equal bins, and the least and the greatest in each. */
async function binsBetween(pieces: NumberPieces, least: number, most: number) {
  const counts = new Float64Array(BINS);
  const [lowest, highest] = [new Float64Array(BINS), new Float64Array(BINS)];
  const scale = (BINS - 1) / (most - least);
  for await (const piece of pieces()) {
    for (let at = 0; at < piece.length; at++) {
      const value = piece[at] as number;
      if (!(value >= least && value <= most)) continue;
      // Falling nowhere, so the numbers of a bin lie side by side.
      const bin = Math.floor((value - least) * scale);
      const isFirst = counts[bin] === 0;
      counts[bin] = (counts[bin] as number) + 1;
      if (isFirst || value < (lowest[bin] as number)) lowest[bin] = value;
      if (isFirst || value > (highest[bin] as number)) highest[bin] = value;
    }
  }
  return { counts, least: lowest, most: highest };
}

async function held(
  pieces: NumberPieces,
  { least, most, count }: { readonly least: number; readonly most: number; readonly count: number },
): Promise<Float64Array> {
  const values = new Float64Array(count);
  let filled = 0;
  for await (const piece of pieces()) {
    for (let at = 0; at < piece.length; at++) {
      const value = piece[at] as number;
      if (value >= least && value <= most) values[filled++] = value;
    }
  }
  return values;
}
