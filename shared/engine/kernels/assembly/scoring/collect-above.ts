/**
 * The indices of all scores of at least `bar`, in their order; at most `capacity` of them. Eight scores are compared together, and
 * almost all are passed over. NaN is never collected.
 *
 * @returns How many there are, also those beyond the capacity.
 */
export function collectAbove(scores: usize, length: usize, bar: f32, capacity: usize, out: usize): u32 {
  const bars = f32x4.splat(bar);
  let count: usize = 0;
  let index: usize = 0;
  while (index < length) {
    while (index + 8 <= length) {
      const at = scores + (index << 2);
      const over = v128.or(f32x4.ge(v128.load(at), bars), f32x4.ge(v128.load(at, 16), bars));
      if (v128.any_true(over)) break;
      index += 8;
    }
    for (const end = min<usize>(index + 8, length); index < end; index++) {
      if (load<f32>(scores + (index << 2)) >= bar) {
        if (count < capacity) store<u32>(out + (count << 2), index as u32);
        count++;
      }
    }
  }
  return count as u32;
}
