/**
 * One fit of ours for compare.py. Arguments: folder with the split as raw arrays, and a JSON object
 * `{algorithm, params, target?}`. Prints `{seconds, ndcg, epochs}`; with a target an iterative fit stops once it is reached.
 */
import { readFileSync } from "node:fs";
import type { AlgorithmName, AlgorithmParams } from "../../../shared/contract/algorithms.ts";
import type { Model } from "../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../../shared/engine/data/csr-matrix.ts";
import { transpose } from "../../../shared/engine/data/transpose.ts";
import { createEvaluation } from "../../../shared/engine/evaluate/evaluation.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";

interface Order {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly target?: number;
}

const [folder = "", order = "{}"] = process.argv.slice(2);
const { algorithm, params, target } = JSON.parse(order) as Order;
const kernels = loadWasmKernels();
const seen = readMatrix("train");
const heldout = readMatrix("test");

function readU32(name: string): Uint32Array {
  const bytes = readFileSync(`${folder}/${name}.u32`);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
}

function readMatrix(name: string): CsrMatrix {
  const [rowCount = 0, columnCount = 0] = readU32("shape");
  const indices = readU32(`${name}-indices`);
  const values = new Float32Array(indices.length).fill(1);
  return { rowCount, columnCount, indptr: readU32(`${name}-indptr`), indices, values };
}

function ndcgOf(model: Model): number {
  const evaluation = createEvaluation({ model, seen, heldout, cutoffs: [10] });
  while (!evaluation.done) evaluation.step();
  return evaluation.result().metrics["ndcg@10"] as number;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function run(): { seconds: number; ndcg: number; epochs: number } {
  let begun = cpuSeconds();
  let seconds = 0;
  const input = { userItems: seen, itemUsers: transpose(seen), kernels, seed: 1 };
  const task = algorithmOf(algorithm).begin(input, params);
  let epoch = 0;
  while (!task.done) {
    task.step();
    if (target === undefined || task.epoch === epoch) continue;
    epoch = task.epoch;
    seconds += cpuSeconds() - begun;
    const model = task.model();
    const ndcg = ndcgOf(model);
    model.dispose();
    if (ndcg >= 0.995 * target) return { seconds, ndcg, epochs: epoch };
    begun = cpuSeconds();
  }
  const model = task.model();
  seconds += cpuSeconds() - begun;
  return { seconds, ndcg: ndcgOf(model), epochs: task.epoch };
}

process.stdout.write(`${JSON.stringify(run())}\n`);
