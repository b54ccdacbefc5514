/** Rows of a chunk: they fit in a 48 KB first-level cache together with the current tile of the Gram matrix. */
const CHUNK_BYTES: usize = 24576;

/**
 * gram += Σ y yᵀ over `rowCount` rows. Sums 4 × 8 tiles in registers over a chunk of rows, on and above the diagonal only,
 * then copies the upper triangle to the lower.
 */
export function addGram(rows: usize, dim: usize, rowCount: usize, gram: usize): void {
  const stride = dim << 2;
  const chunk = max<usize>(16, CHUNK_BYTES / stride);
  for (let done: usize = 0; done < rowCount; done += chunk) {
    const count = min<usize>(chunk, rowCount - done);
    const from = rows + done * stride;
    for (let i: usize = 0; i < dim; i += 4) {
      for (let j: usize = i & ~7; j < dim; j += 8) {
        addTile(from + (i << 2), from + (j << 2), stride, count, gram + i * stride + (j << 2));
      }
    }
  }
  for (let i: usize = 0; i < dim; i++) {
    for (let j = i + 1; j < dim; j++) {
      store<f32>(gram + j * stride + (i << 2), load<f32>(gram + i * stride + (j << 2)));
    }
  }
}

/** target += Σ yᵢ yⱼᵀ for four columns i and eight columns j of `count` rows. */
export function addTile(columnI: usize, columnJ: usize, stride: usize, count: usize, target: usize): void {
  let yi = columnI;
  let yj = columnJ;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (let row: usize = 0; row < count; row++) {
    const left = v128.load(yj);
    const right = v128.load(yj, 16);
    const four = v128.load(yi);
    let s = v128.shuffle<f32>(four, four, 0, 0, 0, 0);
    a0 = f32x4.relaxed_madd(s, left, a0);
    b0 = f32x4.relaxed_madd(s, right, b0);
    s = v128.shuffle<f32>(four, four, 1, 1, 1, 1);
    a1 = f32x4.relaxed_madd(s, left, a1);
    b1 = f32x4.relaxed_madd(s, right, b1);
    s = v128.shuffle<f32>(four, four, 2, 2, 2, 2);
    a2 = f32x4.relaxed_madd(s, left, a2);
    b2 = f32x4.relaxed_madd(s, right, b2);
    s = v128.shuffle<f32>(four, four, 3, 3, 3, 3);
    a3 = f32x4.relaxed_madd(s, left, a3);
    b3 = f32x4.relaxed_madd(s, right, b3);
    yi += stride;
    yj += stride;
  }
  addTo(target, a0, b0);
  addTo(target + stride, a1, b1);
  addTo(target + 2 * stride, a2, b2);
  addTo(target + 3 * stride, a3, b3);
}

function addTo(target: usize, left: v128, right: v128): void {
  v128.store(target, f32x4.add(v128.load(target), left));
  v128.store(target, f32x4.add(v128.load(target, 16), right), 16);
}
