/**
 * gram += X_Nᵀ X_N, lower triangle, for the `count` items N that `items` names; rows of `indptr`, `indices` and `values` are items,
 * indices are users. Each user's interactions with N are first brought together, then multiplied pair by pair.
 *
 * `users` holds a word for each user, all zero before and after. `touched` has room for as many words, `entries` for two for each
 * interaction with N.
 */
export function addLocalGram(
  indptr: usize,
  indices: usize,
  values: usize,
  items: usize,
  count: usize,
  stride: usize,
  users: usize,
  touched: usize,
  entries: usize,
  gram: usize,
): void {
  const touchedEnd = countUsers(indptr, indices, items, count, users, touched);
  let start: u32 = 0;
  for (let at = touched; at < touchedEnd; at += 4) {
    const user = users + ((load<u32>(at) as usize) << 2);
    const own = load<u32>(user);
    store<u32>(user, start);
    start += own;
  }
  placeEntries(indptr, indices, values, items, count, users, entries);
  // Each user's word now points to the end of their entries, where the next user's begin.
  let from = entries;
  for (let at = touched; at < touchedEnd; at += 4) {
    const user = users + ((load<u32>(at) as usize) << 2);
    const end = entries + ((load<u32>(user) as usize) << 3);
    store<u32>(user, 0);
    addPairs(from, end, stride << 2, gram);
    from = end;
  }
}

/** Counts the interactions of each user. @returns Where the list of users ends. */
function countUsers(
  indptr: usize,
  indices: usize,
  items: usize,
  count: usize,
  users: usize,
  touched: usize,
): usize {
  let touchedEnd = touched;
  for (let place: usize = 0; place < count; place++) {
    const item = indptr + ((load<u32>(items + (place << 2)) as usize) << 2);
    const end = (load<u32>(item, 4) as usize) << 2;
    for (let at = (load<u32>(item) as usize) << 2; at < end; at += 4) {
      const index = load<u32>(indices + at);
      const user = users + ((index as usize) << 2);
      const before = load<u32>(user);
      store<u32>(user, before + 1);
      if (before > 0) continue;
      store<u32>(touchedEnd, index);
      touchedEnd += 4;
    }
  }
  return touchedEnd;
}

/** Writes place and value of each interaction to its user's part of `entries`, places rising. */
function placeEntries(
  indptr: usize,
  indices: usize,
  values: usize,
  items: usize,
  count: usize,
  users: usize,
  entries: usize,
): void {
  for (let place: usize = 0; place < count; place++) {
    const item = indptr + ((load<u32>(items + (place << 2)) as usize) << 2);
    const end = (load<u32>(item, 4) as usize) << 2;
    for (let at = (load<u32>(item) as usize) << 2; at < end; at += 4) {
      const user = users + ((load<u32>(indices + at) as usize) << 2);
      const next = load<u32>(user);
      store<u32>(user, next + 1);
      const entry = entries + ((next as usize) << 3);
      store<u32>(entry, place as u32);
      store<f32>(entry, load<f32>(values + at), 4);
    }
  }
}

function addPairs(from: usize, end: usize, stride: usize, gram: usize): void {
  for (let row = from; row < end; row += 8) {
    const line = gram + (load<u32>(row) as usize) * stride;
    const value = load<f32>(row, 4);
    for (let column = from; column <= row; column += 8) {
      const target = line + ((load<u32>(column) as usize) << 2);
      store<f32>(target, load<f32>(target) + value * load<f32>(column, 4));
    }
  }
}
