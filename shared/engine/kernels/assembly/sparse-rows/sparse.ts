/** sums[j] = Σ weight · matrix[row, j] over `count` rows; marks show a column's first touch, so nothing is cleared. */
export function accumulateRows(
  indptr: usize,
  indices: usize,
  values: usize,
  rows: usize,
  weights: usize,
  count: usize,
  sums: usize,
  touched: usize,
  marks: usize,
  mark: u32,
): u32 {
  let touchedEnd = touched;
  for (let s: usize = 0; s < count; s++) {
    const row = (load<u32>(rows + (s << 2)) as usize) << 2;
    const weight = load<f32>(weights + (s << 2));
    const from = (load<u32>(indptr + row) as usize) << 2;
    const end = indices + ((load<u32>(indptr + row, 4) as usize) << 2);
    let index = indices + from;
    let value = values + from;
    // Two entries a round: what a round costs is half of an entry's time.
    while (index < end) {
      touchedEnd = addOne(load<u32>(index), weight * load<f32>(value), sums, touchedEnd, marks, mark);
      index += 4;
      value += 4;
      if (index === end) break;
      touchedEnd = addOne(load<u32>(index), weight * load<f32>(value), sums, touchedEnd, marks, mark);
      index += 4;
      value += 4;
    }
  }
  return ((touchedEnd - touched) >> 2) as u32;
}

/** Adds to a column's sum, or begins it. @returns Where the list of touched columns ends. */
function addOne(column: u32, share: f32, sums: usize, touchedEnd: usize, marks: usize, mark: u32): usize {
  const offset = (column as usize) << 2;
  const sum = sums + offset;
  if (load<u32>(marks + offset) === mark) {
    store<f32>(sum, load<f32>(sum) + share);
    return touchedEnd;
  }
  store<u32>(marks + offset, mark);
  store<f32>(sum, share);
  store<u32>(touchedEnd, column);
  return touchedEnd + 4;
}

/** out[j] += Σ weight · matrix[row, j]; the caller has cleared out. */
export function scoreSparse(
  indptr: usize,
  indices: usize,
  values: usize,
  rows: usize,
  weights: usize,
  count: usize,
  out: usize,
): void {
  for (let s: usize = 0; s < count; s++) {
    const row = (load<u32>(rows + (s << 2)) as usize) << 2;
    const weight = load<f32>(weights + (s << 2));
    const end = (load<u32>(indptr + row, 4) as usize) << 2;
    addScattered(indices, values, (load<u32>(indptr + row) as usize) << 2, end, weight, out);
  }
}

/** out[index] += weight · value of the entries between two offsets, four at a time: the columns of a row differ. */
function addScattered(indices: usize, values: usize, from: usize, end: usize, weight: f32, out: usize): void {
  let at = from;
  for (; at + 16 <= end; at += 16) {
    const t0 = out + ((load<u32>(indices + at) as usize) << 2);
    const t1 = out + ((load<u32>(indices + at, 4) as usize) << 2);
    const t2 = out + ((load<u32>(indices + at, 8) as usize) << 2);
    const t3 = out + ((load<u32>(indices + at, 12) as usize) << 2);
    const s0 = load<f32>(t0) + weight * load<f32>(values + at);
    const s1 = load<f32>(t1) + weight * load<f32>(values + at, 4);
    const s2 = load<f32>(t2) + weight * load<f32>(values + at, 8);
    const s3 = load<f32>(t3) + weight * load<f32>(values + at, 12);
    store<f32>(t0, s0);
    store<f32>(t1, s1);
    store<f32>(t2, s2);
    store<f32>(t3, s3);
  }
  for (; at < end; at += 4) {
    const target = out + ((load<u32>(indices + at) as usize) << 2);
    store<f32>(target, load<f32>(target) + weight * load<f32>(values + at));
  }
}

/**
 * Moves the k best of `count` columns (larger sum, then lower column) to the front, ascending by column.
 * `scratch` holds max(count, k) words and 256 more.
 */
export function selectLargest(sums: usize, columns: usize, count: usize, k: usize, scratch: usize): void {
  if (k < count) partition(sums, columns, count, k, scratch);
  sortColumns(columns, k, scratch, scratch + (count << 2));
}

/**
 * Quickselect. The order is total, so there are no equal keys and the median of three is a safe pivot. `keys` takes the sums,
 * kept beside the columns.
 */
function partition(sums: usize, columns: usize, count: usize, k: usize, keys: usize): void {
  for (let at: usize = 0; at < count << 2; at += 4) {
    store<f32>(keys + at, load<f32>(sums + ((load<u32>(columns + at) as usize) << 2)));
  }
  let low: isize = 0;
  let high: isize = (count as isize) - 1;
  const last = (k as isize) - 1;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    if (isBefore(keys, columns, middle, low)) swap(keys, columns, middle, low);
    if (isBefore(keys, columns, high, low)) swap(keys, columns, high, low);
    if (isBefore(keys, columns, high, middle)) swap(keys, columns, high, middle);
    const pivotKey = load<f32>(keys + (middle << 2));
    const pivotColumn = load<u32>(columns + (middle << 2));
    let i = low;
    let j = high;
    while (i <= j) {
      while (isKeyBefore(keys, columns, i, pivotKey, pivotColumn)) i++;
      while (isKeyAfter(keys, columns, j, pivotKey, pivotColumn)) j--;
      if (i <= j) {
        swap(keys, columns, i, j);
        i++;
        j--;
      }
    }
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else return;
  }
}

/** Radix sort by bytes, lowest first; as many passes as the largest column needs. */
function sortColumns(columns: usize, count: usize, spare: usize, counters: usize): void {
  let largest: u32 = 0;
  for (let at: usize = 0; at < count << 2; at += 4) largest = max<u32>(largest, load<u32>(columns + at));
  let from = columns;
  let to = spare;
  for (let shift: u32 = 0; shift < 32 && largest >> shift !== 0; shift += 8) {
    memory.fill(counters, 0, 1024);
    for (let at: usize = 0; at < count << 2; at += 4) {
      const counter = counters + ((((load<u32>(from + at) >> shift) & 255) as usize) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    let start: u32 = 0;
    for (let digit: usize = 0; digit < 1024; digit += 4) {
      const size = load<u32>(counters + digit);
      store<u32>(counters + digit, start);
      start += size;
    }
    for (let at: usize = 0; at < count << 2; at += 4) {
      const column = load<u32>(from + at);
      const counter = counters + ((((column >> shift) & 255) as usize) << 2);
      const place = load<u32>(counter);
      store<u32>(counter, place + 1);
      store<u32>(to + ((place as usize) << 2), column);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from !== columns) memory.copy(columns, from, count << 2);
}

function isBefore(keys: usize, columns: usize, a: isize, b: isize): bool {
  return isKeyBefore(keys, columns, a, load<f32>(keys + (b << 2)), load<u32>(columns + (b << 2)));
}

function isKeyBefore(keys: usize, columns: usize, a: isize, key: f32, column: u32): bool {
  const own = load<f32>(keys + (a << 2));
  return own > key || (own === key && load<u32>(columns + (a << 2)) < column);
}

function isKeyAfter(keys: usize, columns: usize, a: isize, key: f32, column: u32): bool {
  const own = load<f32>(keys + (a << 2));
  return own < key || (own === key && load<u32>(columns + (a << 2)) > column);
}

function swap(keys: usize, columns: usize, a: isize, b: isize): void {
  const key = load<f32>(keys + (a << 2));
  const column = load<u32>(columns + (a << 2));
  store<f32>(keys + (a << 2), load<f32>(keys + (b << 2)));
  store<u32>(columns + (a << 2), load<u32>(columns + (b << 2)));
  store<f32>(keys + (b << 2), key);
  store<u32>(columns + (b << 2), column);
}
