/**
 * The place of an entry in an order of all n entries that seems random: a Feistel network over the least even number of bits that
 * hold n, walked until it ends below n (Black and Rogaway 2002). Each key gives another order; no memory holds it.
 */
export function permuted(place: u32, n: u32, key: u32): u32 {
  const half: u32 = max<u32>(1, (33 - (clz<u32>(max<u32>(1, n - 1)) as u32)) >> 1);
  const shift: u32 = 32 - half;
  const mask: u32 = ((1 as u32) << half) - 1;
  let value = place;
  do {
    let left: u32 = value >> half;
    let right: u32 = value & mask;
    for (let round: u32 = 0; round < 4; round++) {
      const next = left ^ (mixed(right, key + round * 0x9e3779b9) >> shift);
      left = right;
      right = next;
    }
    value = (left << half) | right;
  } while (value >= n);
  return value;
}

function mixed(value: u32, key: u32): u32 {
  let hash: u32 = (value ^ key) * 0x9e3779b1;
  hash ^= hash >> 15;
  hash *= 0x85ebca77;
  hash ^= hash >> 13;
  return hash * 0xc2b2ae3d;
}
