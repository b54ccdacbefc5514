/**
 * The k best scores, best first. The best so far are kept in a heap, the lowest of them on top. Eight scores are compared together
 * with that lowest one, and almost all are passed over. Scores that compare false with everything (NaN) are never chosen.
 */
export function topK(scores: usize, length: usize, k: usize, out: usize): u32 {
  let size: usize = 0;
  let index: usize = 0;
  for (; index < length && size < k; index++) {
    if (load<f32>(scores + (index << 2)) > -Infinity) {
      store<u32>(out + (size << 2), index as u32);
      siftUp(scores, out, size);
      size++;
    }
  }
  if (size === k && k > 0) scanRest(scores, length, index, out, size);
  for (let end = size; end > 1; ) {
    end--;
    const worst = load<u32>(out);
    store<u32>(out, load<u32>(out + (end << 2)));
    store<u32>(out + (end << 2), worst);
    siftDown(scores, out, end);
  }
  return size as u32;
}

function scanRest(scores: usize, length: usize, from: usize, out: usize, size: usize): void {
  let index = from;
  let worst = load<f32>(scores + ((load<u32>(out) as usize) << 2));
  let bar = f32x4.splat(worst);
  while (index < length) {
    while (index + 8 <= length) {
      const at = scores + (index << 2);
      const over = v128.or(f32x4.gt(v128.load(at), bar), f32x4.gt(v128.load(at, 16), bar));
      if (v128.any_true(over)) break;
      index += 8;
    }
    for (const end = min<usize>(index + 8, length); index < end; index++) {
      if (load<f32>(scores + (index << 2)) > worst) {
        store<u32>(out, index as u32);
        siftDown(scores, out, size);
        worst = load<f32>(scores + ((load<u32>(out) as usize) << 2));
        bar = f32x4.splat(worst);
      }
    }
  }
}

/** Whether a ranks below b: lower score, or the same score and a higher index. */
function isWorse(scores: usize, a: u32, b: u32): bool {
  const scoreA = load<f32>(scores + ((a as usize) << 2));
  const scoreB = load<f32>(scores + ((b as usize) << 2));
  return scoreA < scoreB || (scoreA === scoreB && a > b);
}

function siftUp(scores: usize, heap: usize, from: usize): void {
  let child = from;
  const moved = load<u32>(heap + (child << 2));
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = load<u32>(heap + (parent << 2));
    if (!isWorse(scores, moved, above)) break;
    store<u32>(heap + (child << 2), above);
    child = parent;
  }
  store<u32>(heap + (child << 2), moved);
}

function siftDown(scores: usize, heap: usize, size: usize): void {
  let parent: usize = 0;
  const moved = load<u32>(heap);
  while (true) {
    let child: usize = (parent << 1) + 1;
    if (child >= size) break;
    let below = load<u32>(heap + (child << 2));
    if (child + 1 < size) {
      const right = load<u32>(heap + (child << 2), 4);
      if (isWorse(scores, right, below)) {
        child++;
        below = right;
      }
    }
    if (!isWorse(scores, below, moved)) break;
    store<u32>(heap + (parent << 2), below);
    parent = child;
  }
  store<u32>(heap + (parent << 2), moved);
}
