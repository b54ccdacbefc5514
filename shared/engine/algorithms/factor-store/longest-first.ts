/** Bits of a length that do not matter for its rank: ranks are about half a percent apart. */
const DROPPED_BITS = 15;
const RANKS = 2 ** (31 - DROPPED_BITS);

const one = new Float32Array(1);
const bits = new Uint32Array(one.buffer);

/** A whole number that never falls as the length rises. @param length At least 0. */
export function rankOfLength(length: number): number {
  one[0] = length;
  return (bits[0] as number) >>> DROPPED_BITS;
}

/** Items by falling rank of their length, those of equal rank by index. A counting sort, as there may be a million items. */
export function longestFirst(lengths: Float32Array): Uint32Array {
  const starts = new Uint32Array(RANKS + 1);
  const slotOf = (length: number) => RANKS - 1 - rankOfLength(length);
  for (const length of lengths) starts[slotOf(length) + 1] = (starts[slotOf(length) + 1] as number) + 1;
  for (let slot = 1; slot <= RANKS; slot++)
    starts[slot] = (starts[slot] as number) + (starts[slot - 1] as number);
  const order = new Uint32Array(lengths.length);
  for (let item = 0; item < lengths.length; item++) {
    const slot = slotOf(lengths[item] as number);
    order[starts[slot] as number] = item;
    starts[slot] = (starts[slot] as number) + 1;
  }
  return order;
}
