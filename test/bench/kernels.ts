/** Speed of the kernels and of iALS on this machine. Run: node test/bench/kernels.ts (after `npm run build:wasm`). */
import type { FitInput } from "../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../shared/engine/data/csr-matrix.ts";
import { csrRow } from "../../shared/engine/data/csr-row.ts";
import { transpose } from "../../shared/engine/data/transpose.ts";
import type { F32Buffer } from "../../shared/engine/kernels/kernels.ts";
import { largestInt16 } from "../../shared/engine/kernels/scoring/calls.ts";
import { createRandom } from "../../shared/engine/random.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";

const kernels = loadWasmKernels();
const random = createRandom(1);

// The shape of MovieLens 100K's train part: a small project.
const USER_COUNT = 943;
const ITEM_COUNT = 1682;
const ENTRY_COUNT = 80_000;

/** Milliseconds of the fastest of several runs, once the code is warm. */
function fastest(run: () => void, rounds = 30): number {
  for (let round = 0; round < 10; round++) run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function print(name: string, figure: string): void {
  process.stdout.write(`${name.padEnd(46)} ${figure}\n`);
}

function normals(length: number) {
  const buffer = kernels.allocF32(length);
  for (let at = 0; at < length; at++) buffer.view[at] = random.normal();
  return buffer;
}

function benchGram(dim: number): void {
  const rowCount = 4096;
  const factors = normals(rowCount * dim);
  const gram = kernels.allocF32(dim * dim);
  const ms = fastest(() => kernels.addGram({ factors, dim, fromRow: 0, toRow: rowCount, gram }));
  const full = (2 * rowCount * dim * dim) / ms / 1e6;
  // Only tiles on and above the diagonal are computed.
  const computed = (rowCount * dim * (dim + 8)) / ms / 1e6;
  print(
    `gram ${rowCount} × ${dim}`,
    `${computed.toFixed(1)} GFlop/s computed, ${full.toFixed(1)} counted in full`,
  );
  kernels.freeAll();
}

function benchScoring(rowCount: number, dim: number): void {
  const factors = normals(rowCount * dim);
  const vectors = normals(dim);
  const out = kernels.allocF32(rowCount);
  const call = { factors, dim, rowCount, vectors, vectorOffset: 0, vectorCount: 1, out };
  print(`score ${rowCount} × ${dim}`, `${fastest(() => kernels.scoreInto(call)).toFixed(3)} ms`);
  benchInt8Scoring(rowCount, dim, out);
  const best = kernels.allocU32(100);
  const ms = fastest(() => kernels.topKInto(out, rowCount, 100, best));
  print(`top 100 of ${rowCount}`, `${ms.toFixed(3)} ms`);
  kernels.freeAll();
}

function benchInt8Scoring(rowCount: number, dim: number, out: F32Buffer): void {
  const factors = kernels.allocI8(rowCount * dim);
  for (let at = 0; at < factors.length; at++) factors.view[at] = 127 * (2 * random.next() - 1);
  const scales = kernels.allocF32(rowCount);
  scales.view.fill(0.01);
  const vectors = kernels.allocI16(dim);
  for (let k = 0; k < dim; k++) vectors.view[k] = largestInt16(dim) * (2 * random.next() - 1);
  const vectorScales = kernels.allocF32(1);
  vectorScales.view.fill(0.001);
  const call = { factors, scales, dim, rowCount, vectors, vectorScales, vectorCount: 1, out };
  print(`score ${rowCount} × ${dim} in int8`, `${fastest(() => kernels.scoreInt8Into(call)).toFixed(3)} ms`);
}

function benchCholesky(dim: number): void {
  const matrix = kernels.allocF32(dim * dim);
  const vector = kernels.allocF32(dim);
  const ms = fastest(() => {
    matrix.view.fill(0.5);
    for (let k = 0; k < dim; k++) matrix.view[k * (dim + 1)] = dim;
    kernels.solveCholesky(matrix, dim, vector);
  });
  print(`Cholesky solve ${dim} × ${dim}`, `${(1000 * ms).toFixed(1)} µs`);
  kernels.freeAll();
}

/** Interactions with a long tail on both sides. */
function syntheticMatrix(): CsrMatrix {
  const seen = new Set<number>();
  while (seen.size < ENTRY_COUNT) {
    const user = Math.floor(USER_COUNT * random.next() ** 1.7);
    const item = Math.floor(ITEM_COUNT * random.next() ** 2.2);
    seen.add(user * ITEM_COUNT + item);
  }
  const cells = Float64Array.from(seen).sort();
  const indptr = new Uint32Array(USER_COUNT + 1);
  for (const cell of cells) {
    const user = Math.floor(cell / ITEM_COUNT);
    indptr[user + 1] = (indptr[user + 1] as number) + 1;
  }
  for (let user = 0; user < USER_COUNT; user++) {
    indptr[user + 1] = (indptr[user + 1] as number) + (indptr[user] as number);
  }
  return {
    rowCount: USER_COUNT,
    columnCount: ITEM_COUNT,
    indptr,
    indices: Uint32Array.from(cells, (cell) => cell % ITEM_COUNT),
    values: new Float32Array(ENTRY_COUNT).fill(1),
  };
}

function benchFit(name: "IALS" | "CosineKNN", params: Record<string, number>, input: FitInput): void {
  const epochs = params.train_epochs ?? 1;
  let longest = 0;
  const start = performance.now();
  const task = algorithmOf(name).begin(input, params);
  while (!task.done) {
    const begun = performance.now();
    task.step();
    longest = Math.max(longest, performance.now() - begun);
  }
  const ms = (performance.now() - start) / epochs;
  const model = task.model();
  task.dispose();
  const out = new Float32Array(ITEM_COUNT);
  const scored = performance.now();
  for (let user = 0; user < USER_COUNT; user++) {
    model.scoreUserInto(user, csrRow(input.userItems, user), out);
  }
  const scoring = performance.now() - scored;
  const unit = name === "IALS" ? "s an epoch" : "s a fit";
  print(
    `${name} ${JSON.stringify(params)}`,
    `${(ms / 1000).toFixed(4)} ${unit}, longest step ${longest.toFixed(1)} ms, scoring all users ${scoring.toFixed(1)} ms`,
  );
  model.dispose();
}

for (const dim of [64, 128, 256]) benchGram(dim);
benchScoring(100_000, 64);
for (const dim of [64, 128, 256]) benchCholesky(dim);
const userItems = syntheticMatrix();
const input = { userItems, itemUsers: transpose(userItems), kernels, seed: 1 };
for (const components of [64, 128, 256, 300]) {
  benchFit("IALS", { n_components: components, train_epochs: 16 }, input);
}
benchFit("CosineKNN", { top_k: 100 }, input);
benchFit("CosineKNN", { top_k: 1000 }, input);
