/**
 * A Bloom filter of one hash over pairs of a user and an item. It has a power of two of bits, addressed by the top `32 - shift`
 * bits of the hash.
 */

/** Sets the bit of each entry; `filter` was zero. */
export function fillPairFilter(
  indptr: usize,
  indices: usize,
  userCount: u32,
  filter: usize,
  shift: u32,
): void {
  for (let user: u32 = 0; user < userCount; user++) {
    const row = indptr + ((user as usize) << 2);
    const end = (load<u32>(row, 4) as usize) << 2;
    for (let at = (load<u32>(row) as usize) << 2; at < end; at += 4) {
      const bit = bitOf(user, load<u32>(indices + at), shift);
      const word = filter + ((bit >> 5) << 2);
      store<u32>(word, load<u32>(word) | ((1 as u32) << (bit & 31)));
    }
  }
}

/** False: the pair is not among the entries. True: it may be. */
export function mayHold(filter: usize, shift: u32, user: u32, item: u32): bool {
  const bit = bitOf(user, item, shift);
  return ((load<u32>(filter + ((bit >> 5) << 2)) >> (bit & 31)) & 1) !== 0;
}

/** Both factors are odd and mix upwards; the top bits are the well-mixed ones (multiplicative hashing, Knuth vol. 3, 6.4). */
function bitOf(user: u32, item: u32, shift: u32): u32 {
  let hash: u32 = (user * 0x9e3779b1) ^ (item * 0x85ebca77);
  hash ^= hash >> 15;
  return (hash * 0x2c1b3c6d) >> shift;
}
