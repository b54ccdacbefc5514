import { sumOf } from "../dense/dots";
import { contains, draw } from "../ranking/draws";
import { mayHold } from "../ranking/pair-filter";
import { permuted } from "./permutation";
import { describeSchedule, describeSide, featuresOf, moveRow, shrink, sumRow } from "./side";

/** Losses; the host has the same numbers. */
const WARP = 0;
const BPR = 1;
/** A step of WARP is not stronger than this. */
const MOST_STRENGTH: f32 = 10;

const users = memory.data(36, 16);
const items = memory.data(36, 16);

let bytes: usize = 0;
let biasAt: usize = 0;
/** The items that may be drawn. */
let others: usize = 0;
let otherCount: u32 = 0;
let state: usize = 0;
let filter: usize = 0;
let filterShift: u32 = 0;
/** Vectors of the user, the item, another item, and their difference. */
let u: usize = 0;
let p: usize = 0;
let n: usize = 0;
let d: usize = 0;

/**
 * Stochastic gradient steps on interactions of a user and an item i, in a random order of all of them. Vectors of both are sums of
 * embeddings of their features (Kula 2015), and items have a bias as their last coordinate:
 *
 *  - WARP (Weston, Bengio and Usunier 2011): draws items until one scores above that of i less 1; the step is as strong as the
 *    logarithm of the rank that the number of draws lets expect
 *  - BPR (Rendle et al. 2009): one item of a random interaction, as strong as the chance that it ranks above i
 *  - logistic: i is a yes, and one item drawn evenly is a no; users have a bias, too
 */
export function trainEmbeddings(
  userIndptr: usize,
  userIndices: usize,
  userValues: usize,
  userEmbeddings: usize,
  userSquares: usize,
  userChanges: usize,
  userPenalty: f32,
  userFeatures: u32,
  itemIndptr: usize,
  itemIndices: usize,
  itemValues: usize,
  itemEmbeddings: usize,
  itemSquares: usize,
  itemChanges: usize,
  itemPenalty: f32,
  itemFeatures: u32,
  scales: usize,
  dim: usize,
  bias: u32,
  rate: f32,
  rho: f32,
  epsilon: f32,
  indptr: usize,
  indices: usize,
  entryUsers: usize,
  weights: usize,
  entryCount: u32,
  drawable: usize,
  drawableCount: u32,
  pairs: usize,
  pairShift: u32,
  fromPlace: u32,
  toPlace: u32,
  order: u32,
  loss: i32,
  mostDraws: i32,
  scratch: usize,
  random: usize,
): void {
  describeSchedule(dim, bias, rate, rho, epsilon);
  describeSide(
    users,
    userIndptr,
    userIndices,
    userValues,
    userEmbeddings,
    userSquares,
    userChanges,
    userPenalty,
    scales,
    userFeatures,
  );
  describeSide(
    items,
    itemIndptr,
    itemIndices,
    itemValues,
    itemEmbeddings,
    itemSquares,
    itemChanges,
    itemPenalty,
    scales + 4,
    itemFeatures,
  );
  bytes = dim << 2;
  biasAt = (bias as usize) << 2;
  others = drawable;
  otherCount = drawableCount;
  state = random;
  filter = pairs;
  filterShift = pairShift;
  u = scratch;
  p = u + bytes;
  n = p + bytes;
  d = n + bytes;
  for (let place = fromPlace; place < toPlace; place++) {
    const entry = (permuted(place, entryCount, order) as usize) << 2;
    const user = load<u32>(entryUsers + entry);
    const item = load<u32>(indices + entry);
    const weight: f32 = weights === 0 ? 1 : load<f32>(weights + entry);
    const row = indptr + ((user as usize) << 2);
    const from = indices + ((load<u32>(row) as usize) << 2);
    const to = indices + ((load<u32>(row, 4) as usize) << 2);
    if (loss === WARP) stepWarp(user, item, weight, from, to, mostDraws);
    else if (loss === BPR) stepBpr(user, item, weight, from, to, indices, entryCount, mostDraws);
    else stepLogistic(user, item, weight, from, to, mostDraws);
  }
}

/** The score of an item for the user whose vector is loaded, from the item's vector. */
function margin(vector: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  for (let at: usize = 0; at < bytes; at += 32) {
    a = f32x4.relaxed_madd(v128.load(u + at), v128.load(vector + at), a);
    b = f32x4.relaxed_madd(v128.load(u + at, 16), v128.load(vector + at, 16), b);
  }
  return sumOf(f32x4.add(a, b));
}

/** Loads the user's vector, whose last coordinate becomes 1. @returns The user's bias. */
function loadUser(user: u32): f32 {
  sumRow(users, user, u);
  const bias = load<f32>(u + biasAt);
  store<f32>(u + biasAt, 1);
  return bias;
}

function drawItem(): u32 {
  return load<u32>(others + ((draw(state, otherCount) as usize) << 2));
}

function isOwn(user: u32, item: u32, from: usize, to: usize): bool {
  return mayHold(filter, filterShift, user, item) && contains(from, to, item);
}

function stepWarp(user: u32, item: u32, weight: f32, from: usize, to: usize, mostDraws: i32): void {
  loadUser(user);
  sumRow(items, item, p);
  const bar = margin(p) - 1;
  for (let tries = 1; tries <= mostDraws; tries++) {
    const other = drawItem();
    sumRow(items, other, n);
    if (!(margin(n) > bar) || isOwn(user, other, from, to)) continue;
    const rank: f32 = max<f32>(1, ((otherCount - 1) / (tries as u32)) as f32);
    pushPair(user, item, other, min<f32>(MOST_STRENGTH, weight * NativeMathf.log(rank)));
    return;
  }
}

function stepBpr(
  user: u32,
  item: u32,
  weight: f32,
  from: usize,
  to: usize,
  indices: usize,
  entryCount: u32,
  mostDraws: i32,
): void {
  for (let tries = 0; tries < mostDraws; tries++) {
    const other = load<u32>(indices + ((draw(state, entryCount) as usize) << 2));
    if (isOwn(user, other, from, to)) continue;
    loadUser(user);
    sumRow(items, item, p);
    sumRow(items, other, n);
    pushPair(user, item, other, weight / (1 + NativeMathf.exp(margin(p) - margin(n))));
    return;
  }
}

/** Pushes an item up and another one down for a user; their vectors are loaded. */
function pushPair(user: u32, item: u32, other: u32, strength: f32): void {
  if (!(strength > 0)) return;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(d + at, f32x4.sub(v128.load(n + at), v128.load(p + at)));
  }
  // The bias of a user changes no order.
  store<f32>(d + biasAt, 0);
  const itemRates = moveRow(items, item, u, -strength) + moveRow(items, other, u, strength);
  const userRates = moveRow(users, user, d, strength);
  shrink(items, itemRates, featuresOf(items, item) + featuresOf(items, other));
  shrink(users, userRates, featuresOf(users, user));
}

function stepLogistic(user: u32, item: u32, weight: f32, from: usize, to: usize, mostDraws: i32): void {
  pushOne(user, item, weight, 1);
  for (let tries = 0; tries < mostDraws; tries++) {
    const other = drawItem();
    if (isOwn(user, other, from, to)) continue;
    pushOne(user, other, weight, 0);
    return;
  }
}

/** Moves the chance that the user takes an item towards `target`. */
function pushOne(user: u32, item: u32, weight: f32, target: f32): void {
  const bias = loadUser(user);
  sumRow(items, item, p);
  const error = weight * (1 / (1 + NativeMathf.exp(-(margin(p) + bias))) - target);
  store<f32>(p + biasAt, 1);
  const itemRates = moveRow(items, item, u, error);
  const userRates = moveRow(users, user, p, error);
  shrink(items, itemRates, featuresOf(items, item));
  shrink(users, userRates, featuresOf(users, user));
}
