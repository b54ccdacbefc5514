/**
 * Sets of rows as bits: row i is bit i % 32 of word ⌊i / 32⌋. Bits past the last row are 0 in every finished bitmap, so that
 * counting needs no mask.
 */
export type Bitmap = Uint32Array;

export function wordCountOf(rowCount: number): number {
  return (rowCount + 31) >>> 5;
}

export function emptyBitmap(rowCount: number): Bitmap {
  return new Uint32Array(wordCountOf(rowCount));
}

export function hasBit(bitmap: Bitmap, row: number): boolean {
  return (((bitmap[row >>> 5] as number) >>> (row & 31)) & 1) === 1;
}

export function setBit(bitmap: Bitmap, row: number): void {
  (bitmap[row >>> 5] as number) |= 1 << (row & 31);
}

export function clearBit(bitmap: Bitmap, row: number): void {
  (bitmap[row >>> 5] as number) &= ~(1 << (row & 31));
}

/** Makes all of the first `rowCount` bits 1 or 0. */
export function fillBits(bitmap: Bitmap, rowCount: number, value: boolean): void {
  bitmap.fill(value ? 0xffffffff : 0);
  if (value) clearPadding(bitmap, rowCount);
}

/** Sets the bits past the last row to 0. */
export function clearPadding(bitmap: Bitmap, rowCount: number): void {
  const used = rowCount & 31;
  if (used > 0) (bitmap[rowCount >>> 5] as number) &= (1 << used) - 1;
}

export function andInto(target: Bitmap, other: Bitmap): void {
  for (let at = 0; at < target.length; at++) (target[at] as number) &= other[at] as number;
}

export function orInto(target: Bitmap, other: Bitmap): void {
  for (let at = 0; at < target.length; at++) (target[at] as number) |= other[at] as number;
}

export function andNotInto(target: Bitmap, other: Bitmap): void {
  for (let at = 0; at < target.length; at++) (target[at] as number) &= ~(other[at] as number);
}

export function invertBits(target: Bitmap, rowCount: number): void {
  for (let at = 0; at < target.length; at++) target[at] = ~(target[at] as number);
  clearPadding(target, rowCount);
}

export function countBits(bitmap: Bitmap): number {
  let count = 0;
  for (let at = 0; at < bitmap.length; at++) count += bitsOf(bitmap[at] as number);
  return count;
}

/** How many bits are 1 in both. */
export function countCommonBits(one: Bitmap, other: Bitmap): number {
  let count = 0;
  for (let at = 0; at < one.length; at++) count += bitsOf((one[at] as number) & (other[at] as number));
  return count;
}

function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
