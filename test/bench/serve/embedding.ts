/**
 * `node test/bench/serve/embedding.ts [--items 400000] [--dims 64,384]`: an exact list over vectors of one byte a number, in milliseconds of
 * processor; the fit, and the bytes of the stored model and in the kernels' memory. Vectors are made: directions around 200 centres.
 */
import { parseArgs } from "node:util";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { transpose } from "#engine/data/transpose.ts";
import { roundToBytes, type VectorRows } from "#engine/data/vector-rows.ts";
import { createRandom } from "#engine/random.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";

const { values } = parseArgs({
  options: { items: { type: "string", default: "400000" }, dims: { type: "string", default: "64,384" } },
});
const itemCount = Number(values.items);
const [USERS, PER_USER, CENTRES, ROUNDS, LIMIT] = [2_000, 20, 200, 100, 10];
/** Of a Worker, megabytes. */
const ISOLATE_MB = 128;

const random = createRandom(5);

function madeVectors(dim: number): VectorRows {
  const centres = Float32Array.from({ length: CENTRES * dim }, () => random.next() - 0.5);
  const vectors = { values: new Int8Array(itemCount * dim), scales: new Float32Array(itemCount) };
  const row = new Float32Array(dim);
  for (let item = 0; item < itemCount; item++) {
    const start = random.below(CENTRES) * dim;
    for (let k = 0; k < dim; k++) row[k] = (centres[start + k] as number) + random.next() - 0.5;
    vectors.scales[item] = roundToBytes(row, vectors.values.subarray(item * dim, (item + 1) * dim));
  }
  return { widths: [dim], dim, ...vectors };
}

function madeInteractions(): CsrMatrix {
  const rows = Array.from({ length: USERS }, () =>
    [...new Set(Array.from({ length: PER_USER }, () => random.below(itemCount)))].sort((a, b) => a - b),
  );
  const indices = Uint32Array.from(rows.flat());
  const indptr = new Uint32Array(USERS + 1);
  for (const [user, row] of rows.entries()) indptr[user + 1] = (indptr[user] as number) + row.length;
  const weights = new Float32Array(indices.length).fill(1);
  return { rowCount: USERS, columnCount: itemCount, indptr, indices, values: weights };
}

const userItems = madeInteractions();
const itemUsers = transpose(userItems);
const nothing = {
  indptr: new Uint32Array(itemCount + 1),
  indices: new Uint32Array(),
  values: new Float32Array(),
};

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

console.log("| numbers | fit, s | model, MB | in the kernels, MB | list, ms | fits an isolate |");
console.log("| ---: | ---: | ---: | ---: | ---: | --- |");
for (const dim of values.dims.split(",").map(Number)) {
  const vectors = madeVectors(dim);
  const kernels = loadWasmKernels();
  const items = { rowCount: itemCount, columnCount: 0, ...nothing, vectors };
  const task = algorithmOf("Embedding").begin(
    { userItems, itemUsers, features: { items }, kernels, seed: 1 },
    {},
  );
  const fit = cpuMs(() => {
    while (!task.done) task.step();
  });
  const model = task.model();
  task.dispose();
  const bytes = model.encode().reduce((sum, { data }) => sum + data.byteLength, 0);
  const listOf = (user: number): Uint32Array | undefined =>
    model.shortlist?.(csrRow(userItems, user)).near(LIMIT, () => true);
  for (let user = 0; user < 10; user++) listOf(user);
  const list = cpuMs(() => {
    for (let user = 0; user < ROUNDS; user++) listOf(user);
  });
  const kernelMb = kernels.allocF32(1).view.buffer.byteLength / 1e6;
  const fits = kernelMb < ISOLATE_MB ? "yes" : "no";
  const row = [dim, fit / 1000, bytes / 1e6, kernelMb, list / ROUNDS].map((value) =>
    Number(value.toFixed(2)),
  );
  console.log(`| ${row.join(" | ")} | ${fits} |`);
  model.dispose();
}
