import { multiplySparse } from "../sparse-rows/sparse-dense";

/**
 * The users or the items: a sparse row of features for each, and a row of numbers for each feature. A side is described by words
 * in static memory: where its arrays begin, its penalty, and where its scale is.
 */
const INDICES: usize = 4;
const VALUES: usize = 8;
const EMBEDDINGS: usize = 12;
const SQUARES: usize = 16;
const CHANGES: usize = 20;
const PENALTY: usize = 24;
const SCALE: usize = 28;
const FEATURES: usize = 32;

/** Below this, the scale is multiplied into the embeddings. */
const LEAST_SCALE: f32 = 1e-4;

/** Length of a row in bytes and its last coordinate in use; then the rates of the schedule. The same for both sides. */
let bytes: usize = 0;
let used: u32 = 0;
let rate: f32 = 0;
let rho: f32 = 0;
let epsilon: f32 = 0;

export function describeSchedule(dim: usize, last: u32, eta: f32, decay: f32, smallest: f32): void {
  bytes = dim << 2;
  used = last + 1;
  rate = eta;
  rho = decay;
  epsilon = smallest;
}

/** @param changes 0 for Adagrad; else the mean squares of changes, for Adadelta. */
export function describeSide(
  side: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  embeddings: usize,
  squares: usize,
  changes: usize,
  penalty: f32,
  scale: usize,
  features: u32,
): void {
  store<usize>(side, indptr);
  store<usize>(side, indices, INDICES);
  store<usize>(side, values, VALUES);
  store<usize>(side, embeddings, EMBEDDINGS);
  store<usize>(side, squares, SQUARES);
  store<usize>(side, changes, CHANGES);
  store<f32>(side, penalty, PENALTY);
  store<usize>(side, scale, SCALE);
  store<u32>(side, features, FEATURES);
}

/** out = scale · Σ value · embedding over the features of a row. */
export function sumRow(side: usize, row: u32, out: usize): void {
  const start = load<usize>(side) + ((row as usize) << 2);
  const dim = bytes >> 2;
  const embeddings = load<usize>(side, EMBEDDINGS);
  multiplySparse(
    start,
    load<usize>(side, INDICES),
    load<usize>(side, VALUES),
    1,
    embeddings,
    dim,
    dim,
    out,
    dim,
  );
  if (load<f32>(side, PENALTY) === 0) return;
  const scale = v128.load32_splat(load<usize>(side, SCALE));
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.mul(scale, v128.load(out + at)));
  }
}

/**
 * Moves the embeddings of a row's features against the gradient `factor` · `vector` of their sum.
 * @returns The sum of the rates of all coordinates of a row, padding included.
 */
export function moveRow(side: usize, row: u32, vector: usize, factor: f32): f32 {
  const start = load<usize>(side) + ((row as usize) << 2);
  const from = (load<u32>(start) as usize) << 2;
  const to = (load<u32>(start, 4) as usize) << 2;
  const indices = load<usize>(side, INDICES);
  const values = load<usize>(side, VALUES);
  const changes = load<usize>(side, CHANGES);
  const scale: f32 = load<f32>(side, PENALTY) === 0 ? 1 : load<f32>(load<usize>(side, SCALE));
  const inverse: f32 = 1 / scale;
  let rates: f32 = 0;
  for (let at = from; at < to; at += 4) {
    const offset = (load<u32>(indices + at) as usize) * bytes;
    const embedding = load<usize>(side, EMBEDDINGS) + offset;
    const squares = load<usize>(side, SQUARES) + offset;
    const weight = factor * load<f32>(values + at);
    if (changes === 0) rates += moveByAdagrad(embedding, squares, vector, weight, inverse);
    else rates += moveByAdadelta(embedding, squares, changes + offset, vector, weight, inverse);
  }
  return rates;
}

/** Adagrad (Duchi, Hazan and Singer 2011): the rate of a coordinate falls with the root of its summed squares. */
function moveByAdagrad(embedding: usize, squares: usize, vector: usize, weight: f32, inverse: f32): f32 {
  const vWeight = f32x4.splat(weight);
  const vRate = f32x4.splat(rate);
  const vInverse = f32x4.splat(inverse);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = f32x4.mul(vWeight, v128.load(vector + at));
    const square = v128.load(squares + at);
    const own = f32x4.div(vRate, f32x4.sqrt(square));
    sum = f32x4.add(sum, own);
    const change = f32x4.mul(vInverse, f32x4.mul(own, gradient));
    v128.store(embedding + at, f32x4.sub(v128.load(embedding + at), change));
    v128.store(squares + at, f32x4.relaxed_madd(gradient, gradient, square));
  }
  return total(sum);
}

/** Adadelta (Zeiler 2012): rates are ratios of mean changes to mean gradients, both forgetting by ρ. */
function moveByAdadelta(
  embedding: usize,
  squares: usize,
  changes: usize,
  vector: usize,
  weight: f32,
  inverse: f32,
): f32 {
  const vWeight = f32x4.splat(weight);
  const vInverse = f32x4.splat(inverse);
  const vRho = f32x4.splat(rho);
  const vRest = f32x4.splat(1 - rho);
  const vEpsilon = f32x4.splat(epsilon);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = f32x4.mul(vWeight, v128.load(vector + at));
    const square = f32x4.add(
      f32x4.mul(vRho, v128.load(squares + at)),
      f32x4.mul(vRest, f32x4.mul(gradient, gradient)),
    );
    const before = v128.load(changes + at);
    const own = f32x4.div(f32x4.sqrt(f32x4.add(before, vEpsilon)), f32x4.sqrt(f32x4.add(square, vEpsilon)));
    sum = f32x4.add(sum, own);
    const change = f32x4.mul(own, gradient);
    v128.store(squares + at, square);
    v128.store(changes + at, f32x4.add(f32x4.mul(vRho, before), f32x4.mul(vRest, f32x4.mul(change, change))));
    v128.store(embedding + at, f32x4.sub(v128.load(embedding + at), f32x4.mul(vInverse, change)));
  }
  return total(sum);
}

/**
 * All embeddings of the side shrink by their penalty times the mean rate of the rows that have just moved. They share one scale, so
 * that this costs nothing.
 * @param rates The summed rates of `rowCount` rows of features.
 */
export function shrink(side: usize, rates: f32, rowCount: u32): void {
  const penalty = load<f32>(side, PENALTY);
  if (penalty === 0 || rowCount === 0) return;
  const padding: f32 = ((bytes >> 2) as f32) - (used as f32);
  // Padding has never moved.
  const idle: f32 = padding * (load<usize>(side, CHANGES) === 0 ? rate : 1);
  const mean = (rates / (rowCount as f32) - idle) / (used as f32);
  const at = load<usize>(side, SCALE);
  store<f32>(at, load<f32>(at) * max<f32>(0, 1 - penalty * mean));
  if (load<f32>(at) < LEAST_SCALE) applyScale(side);
}

/** Multiplies the scale into the embeddings, and makes it 1. */
function applyScale(side: usize): void {
  const at = load<usize>(side, SCALE);
  const scale = v128.load32_splat(at);
  const from = load<usize>(side, EMBEDDINGS);
  const to = from + (load<u32>(side, FEATURES) as usize) * bytes;
  for (let cell = from; cell < to; cell += 16) {
    v128.store(cell, f32x4.mul(scale, v128.load(cell)));
  }
  store<f32>(at, 1);
}

export function featuresOf(side: usize, row: u32): u32 {
  const start = load<usize>(side) + ((row as usize) << 2);
  return load<u32>(start, 4) - load<u32>(start);
}

function total(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 2) +
    (f32x4.extract_lane(lanes, 1) + f32x4.extract_lane(lanes, 3))
  );
}
