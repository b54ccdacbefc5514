/**
 * Items by falling count, equal counts by index (which is the order of ids). A counting sort, as there may be a million items.
 */
export function popularFirst(counts: Uint32Array | Float32Array): Uint32Array {
  let most = 0;
  for (let item = 0; item < counts.length; item++) most = Math.max(most, counts[item] as number);
  const next = new Uint32Array(most + 2);
  for (let item = 0; item < counts.length; item++) {
    const slot = most - (counts[item] as number) + 1;
    next[slot] = (next[slot] as number) + 1;
  }
  for (let slot = 1; slot < next.length; slot++)
    next[slot] = (next[slot] as number) + (next[slot - 1] as number);
  const order = new Uint32Array(counts.length);
  for (let item = 0; item < counts.length; item++) {
    const slot = most - (counts[item] as number);
    order[next[slot] as number] = item;
    next[slot] = (next[slot] as number) + 1;
  }
  return order;
}
