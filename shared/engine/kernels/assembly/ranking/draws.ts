import { mayHold } from "./pair-filter";

/** Draws of an item that the user does not have before the sample is given up. */
const MAX_DRAWS = 16;

/** An item outside the sorted list `from … to` of a user; −1 when none was found. The filter spares most of the searches. */
export function drawOther(
  state: usize,
  itemCount: u32,
  from: usize,
  to: usize,
  filter: usize,
  filterShift: u32,
  user: u32,
): i32 {
  for (let count = 0; count < MAX_DRAWS; count++) {
    const item = draw(state, itemCount);
    if (!mayHold(filter, filterShift, user, item) || !contains(from, to, item)) return item as i32;
  }
  return -1;
}

/** Whether a sorted list, which is not empty, holds an item. Binary search without branches that depend on what is read. */
export function contains(from: usize, to: usize, item: u32): bool {
  let base = from;
  let length = (to - from) >> 2;
  while (length > 1) {
    const half = length >> 1;
    const middle = base + (half << 2);
    base = select<usize>(middle, base, load<u32>(middle) <= item);
    length -= half;
  }
  return load<u32>(base) === item;
}

/** A whole number below n: the upper half of a product with 32 random bits of xorshift128 (Marsaglia 2003). */
export function draw(state: usize, n: u32): u32 {
  let t = load<u32>(state);
  const last = load<u32>(state, 12);
  store<u32>(state, load<u32>(state, 4));
  store<u32>(state, load<u32>(state, 8), 4);
  store<u32>(state, last, 8);
  t ^= t << 11;
  t ^= t >> 8;
  const next = t ^ last ^ (last >> 19);
  store<u32>(state, next, 12);
  return (((next as u64) * (n as u64)) >> 32) as u32;
}
