/**
 * out[j] += Σ weight · matrix[row, j] over the entries from each row's cursor on, and moves those cursors by one. For the rows
 * that hold column c, with their cursors at it, this gives row c of the Gram matrix from the diagonal on. Indices take two bytes
 * each, and values may be absent (a null pointer) if all are 1: the amount of memory read decides the speed.
 */
export function addTails(
  indptr: usize,
  indices: usize,
  values: usize,
  cursors: usize,
  rows: usize,
  weights: usize,
  count: usize,
  out: usize,
): void {
  for (let s: usize = 0; s < count; s++) {
    const row = (load<u32>(rows + (s << 2)) as usize) << 2;
    const weight = load<f32>(weights + (s << 2));
    const end = load<u32>(indptr + row, 4) as usize;
    const cursor = load<u32>(cursors + row);
    store<u32>(cursors + row, cursor + 1);
    if (values === 0) addOnes(indices, cursor as usize, end, weight, out);
    else addValues(indices, values, cursor as usize, end, weight, out);
  }
}

/** Four entries at a time: the columns of a row differ. */
function addOnes(indices: usize, from: usize, end: usize, weight: f32, out: usize): void {
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const source = indices + (at << 1);
    const t0 = out + ((load<u16>(source) as usize) << 2);
    const t1 = out + ((load<u16>(source, 2) as usize) << 2);
    const t2 = out + ((load<u16>(source, 4) as usize) << 2);
    const t3 = out + ((load<u16>(source, 6) as usize) << 2);
    store<f32>(t0, load<f32>(t0) + weight);
    store<f32>(t1, load<f32>(t1) + weight);
    store<f32>(t2, load<f32>(t2) + weight);
    store<f32>(t3, load<f32>(t3) + weight);
  }
  for (; at < end; at++) {
    const target = out + ((load<u16>(indices + (at << 1)) as usize) << 2);
    store<f32>(target, load<f32>(target) + weight);
  }
}

function addValues(indices: usize, values: usize, from: usize, end: usize, weight: f32, out: usize): void {
  for (let at = from; at < end; at++) {
    const target = out + ((load<u16>(indices + (at << 1)) as usize) << 2);
    store<f32>(target, load<f32>(target) + weight * load<f32>(values + (at << 2)));
  }
}
