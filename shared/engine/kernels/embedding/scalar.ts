import { draw } from "../ranking/scalar.ts";
import type { EmbeddingCall, EmbeddingKernels, EmbeddingSide } from "./calls.ts";
import { permuted } from "./permuted.ts";

const MOST_STRENGTH = 10;
const LEAST_SCALE = 1e-4;

/** One side of a call, and which of the scales is its own. */
interface Moved {
  readonly call: EmbeddingCall;
  readonly side: EmbeddingSide;
  readonly scaleAt: 0 | 1;
}

/** Plain twin of `trainEmbeddings`: the same order and draws, sums in f64. It searches without the filter, which changes no answer. */
function trainEmbeddings(call: EmbeddingCall): void {
  const users: Moved = { call, side: call.users, scaleAt: 0 };
  const items: Moved = { call, side: call.items, scaleAt: 1 };
  const step = { warp: stepWarp, bpr: stepBpr, logistic: stepLogistic }[call.loss];
  for (let place = call.fromPlace; place < call.toPlace; place++) {
    const entry = permuted(place, call.indices.length, call.order);
    step({
      ...{ call, users, items, weight: call.weights?.view[entry] ?? 1 },
      user: call.entryUsers.view[entry] as number,
      item: call.indices.view[entry] as number,
    });
  }
}

interface Sample {
  readonly call: EmbeddingCall;
  readonly users: Moved;
  readonly items: Moved;
  readonly user: number;
  readonly item: number;
  readonly weight: number;
}

function stepWarp(sample: Sample): void {
  const { call, items, user, item, weight } = sample;
  const { vector } = userOf(sample);
  const bar = dot(vector, sumOf(items, item)) - 1;
  for (let tries = 1; tries <= call.mostDraws; tries++) {
    const other = drawItem(call);
    if (!(dot(vector, sumOf(items, other)) > bar) || isOwn(call, user, other)) continue;
    const rank = Math.max(1, Math.floor((call.others.length - 1) / tries));
    pushPair(sample, other, Math.min(MOST_STRENGTH, weight * Math.log(rank)));
    return;
  }
}

function stepBpr(sample: Sample): void {
  const { call, items, user, item, weight } = sample;
  for (let tries = 0; tries < call.mostDraws; tries++) {
    const other = call.indices.view[draw(call.state.view, call.indices.length)] as number;
    if (isOwn(call, user, other)) continue;
    const { vector } = userOf(sample);
    const margin = dot(vector, sumOf(items, item)) - dot(vector, sumOf(items, other));
    pushPair(sample, other, weight / (1 + Math.exp(margin)));
    return;
  }
}

function pushPair(sample: Sample, other: number, strength: number): void {
  if (!(strength > 0)) return;
  const { call, users, items, user, item } = sample;
  const { vector } = userOf(sample);
  const [own, others] = [sumOf(items, item), sumOf(items, other)];
  const difference = others.map((value, k) => (k === call.biasAt ? 0 : value - (own[k] as number)));
  const rates = [moveRow(items, item, vector, -strength), moveRow(items, other, vector, strength)];
  const userRates = moveRow(users, user, difference, strength);
  shrink(items, rates.flat());
  shrink(users, userRates);
}

function stepLogistic(sample: Sample): void {
  const { call, user, item } = sample;
  pushOne(sample, item, 1);
  for (let tries = 0; tries < call.mostDraws; tries++) {
    const other = drawItem(call);
    if (isOwn(call, user, other)) continue;
    pushOne(sample, other, 0);
    return;
  }
}

function pushOne(sample: Sample, item: number, target: number): void {
  const { call, users, items, user, weight } = sample;
  const { vector, bias } = userOf(sample);
  const own = sumOf(items, item);
  const error = weight * (1 / (1 + Math.exp(-(dot(vector, own) + bias))) - target);
  own[call.biasAt] = 1;
  const rates = moveRow(items, item, vector, error);
  const userRates = moveRow(users, user, own, error);
  shrink(items, rates);
  shrink(users, userRates);
}

/** The user's vector, whose last coordinate is 1, and the user's bias. */
function userOf({ call, users, user }: Sample): { vector: Float64Array; bias: number } {
  const vector = sumOf(users, user);
  const bias = vector[call.biasAt] as number;
  vector[call.biasAt] = 1;
  return { vector, bias };
}

function sumOf({ call, side, scaleAt }: Moved, row: number): Float64Array {
  const sum = new Float64Array(call.dim);
  const scale = call.scales.view[scaleAt] as number;
  const embeddings = side.embeddings.view;
  for (const { start, value } of featuresOf(call, side, row)) {
    for (let k = 0; k < call.dim; k++) {
      sum[k] = (sum[k] as number) + scale * value * (embeddings[start + k] as number);
    }
  }
  return sum;
}

function featuresOf({ dim }: EmbeddingCall, { features }: EmbeddingSide, row: number) {
  const [from, to] = [features.indptr.view[row] as number, features.indptr.view[row + 1] as number];
  return Array.from({ length: to - from }, (_, at) => ({
    start: (features.indices.view[from + at] as number) * dim,
    value: features.values.view[from + at] as number,
  }));
}

/** @returns The rates of all coordinates in use. */
function moveRow({ call, side, scaleAt }: Moved, row: number, vector: Float64Array, factor: number) {
  const scale = call.scales.view[scaleAt] as number;
  const embeddings = side.embeddings.view;
  const rates: number[] = [];
  for (const { start, value } of featuresOf(call, side, row)) {
    for (let k = 0; k <= call.biasAt; k++) {
      const gradient = factor * value * (vector[k] as number);
      const rate = side.changes
        ? moveAdadelta(call, side, start + k, gradient)
        : moveAdagrad(call, side, start + k, gradient);
      rates.push(rate);
      embeddings[start + k] = (embeddings[start + k] as number) - (rate * gradient) / scale;
    }
  }
  return rates;
}

function moveAdagrad({ rate }: EmbeddingCall, { squares }: EmbeddingSide, at: number, gradient: number) {
  const square = squares.view[at] as number;
  squares.view[at] = square + gradient ** 2;
  return rate / Math.sqrt(square);
}

function moveAdadelta(call: EmbeddingCall, side: EmbeddingSide, at: number, gradient: number): number {
  const { rho, epsilon } = call;
  const changes = (side.changes as NonNullable<EmbeddingSide["changes"]>).view;
  const square = rho * (side.squares.view[at] as number) + (1 - rho) * gradient ** 2;
  const rate = Math.sqrt((changes[at] as number) + epsilon) / Math.sqrt(square + epsilon);
  side.squares.view[at] = square;
  changes[at] = rho * (changes[at] as number) + (1 - rho) * (rate * gradient) ** 2;
  return rate;
}

function shrink({ call, side, scaleAt }: Moved, rates: readonly number[]): void {
  if (side.penalty === 0 || rates.length === 0) return;
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const scales = call.scales.view;
  scales[scaleAt] = (scales[scaleAt] as number) * Math.max(0, 1 - side.penalty * mean);
  if ((scales[scaleAt] as number) >= LEAST_SCALE) return;
  const embeddings = side.embeddings.view;
  for (let at = 0; at < embeddings.length; at++) {
    embeddings[at] = (embeddings[at] as number) * (scales[scaleAt] as number);
  }
  scales[scaleAt] = 1;
}

function drawItem({ state, others }: EmbeddingCall): number {
  return others.view[draw(state.view, others.length)] as number;
}

function isOwn({ indptr, indices }: EmbeddingCall, user: number, item: number): boolean {
  return indices.view.subarray(indptr.view[user], indptr.view[user + 1]).includes(item);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
}

/** The reference for embeddings of features; sums in f64, results rounded to f32. */
export const scalarEmbedding: EmbeddingKernels = { trainEmbeddings };
