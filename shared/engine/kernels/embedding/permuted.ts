/** The twin of the assembly's `permuted`, to the last bit: the place of an entry in an order that seems random. */
export function permuted(place: number, n: number, key: number): number {
  const half = Math.max(1, (33 - Math.clz32(Math.max(1, n - 1))) >>> 1);
  const mask = 2 ** half - 1;
  let value = place;
  do {
    let [left, right] = [value >>> half, value & mask];
    for (let round = 0; round < 4; round++) {
      const next = left ^ (mixed(right, key + Math.imul(round, 0x9e3779b9)) >>> (32 - half));
      [left, right] = [right, next];
    }
    value = ((left << half) | right) >>> 0;
  } while (value >= n);
  return value;
}

function mixed(value: number, key: number): number {
  let hash = Math.imul(value ^ key, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca77);
  hash ^= hash >>> 13;
  return Math.imul(hash, 0xc2b2ae3d) >>> 0;
}
