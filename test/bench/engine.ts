/**
 * Cost of fits per million interactions, and the most memory that the engine held. Each fit runs in a process of its own, so that
 * nothing is left over from the one before. Run: node test/bench/engine.ts (after `npm run build:wasm`).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AlgorithmName, AlgorithmParams } from "../../shared/contract/algorithms.ts";
import { algorithmOf } from "../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../shared/engine/data/csr-matrix.ts";
import { transpose } from "../../shared/engine/data/transpose.ts";
import type { Kernels } from "../../shared/engine/kernels/kernels.ts";
import { createRandom } from "../../shared/engine/random.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";

const SELF = fileURLToPath(import.meta.url);
const MILLIONS = [0.1, 1, 5];
const ITEM_COUNT = 40_000;
const MEAN_PROFILE = 60;
/** Steps between two looks at the memory; a look takes a good part of a millisecond. */
const STEPS_PER_SAMPLE = 5;

const FITS: readonly (readonly [AlgorithmName, AlgorithmParams, string])[] = [
  ["IALS", { n_components: 64, train_epochs: 2 }, "s/M an epoch"],
  ["BPR", { n_components: 64, train_epochs: 2 }, "s/M an epoch"],
  ["CosineKNN", { top_k: 100, normalize: true }, "s/M"],
  ["RP3beta", { top_k: 100 }, "s/M"],
  ["DegreeKNN", { top_k: 100 }, "s/M"],
  ["TruncatedSVD", { n_components: 64 }, "s/M"],
];

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  readonly dataMb: number;
  readonly longestStepMs: number;
}

/** Users of about 60 interactions, few much more active; a third of all interactions go to one item in a hundred. */
function generate(entryCount: number): CsrMatrix {
  const random = createRandom(1);
  const userCount = Math.round(entryCount / MEAN_PROFILE);
  const indptr = new Uint32Array(userCount + 1);
  const indices = new Uint32Array(Math.ceil(1.2 * entryCount));
  let length = 0;
  for (let user = 0; user < userCount; user++) {
    const wanted = Math.min(400, Math.ceil(0.72 * MEAN_PROFILE * random.next() ** -0.4));
    const items = new Set<number>();
    for (let draw = 0; draw < wanted && length + items.size < indices.length; draw++) {
      items.add(Math.floor(ITEM_COUNT * random.next() ** 4));
    }
    for (const item of Uint32Array.from(items).sort()) indices[length++] = item;
    indptr[user + 1] = length;
  }
  const values = new Float32Array(length).fill(1);
  return { rowCount: userCount, columnCount: ITEM_COUNT, indptr, indices: indices.slice(0, length), values };
}

/** WebAssembly's memory is not among the array buffers. */
function memoryMb(kernels: Kernels): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers + kernels.allocatedBytes) / 1e6;
}

function measure(algorithm: AlgorithmName, params: AlgorithmParams, millions: number): Measured {
  const userItems = generate(1e6 * millions);
  const itemUsers = transpose(userItems);
  (globalThis as { gc?: () => void }).gc?.();
  const kernels = loadWasmKernels();
  const before = memoryMb(kernels);
  const dataMb = (userItems.indices.length * 16 + 4 * (userItems.rowCount + ITEM_COUNT)) / 1e6;
  const task = algorithmOf(algorithm).begin({ userItems, itemUsers, kernels, seed: 1 }, params);
  let [peakMb, longestStepMs, spent] = [before, 0, 0];
  for (let step = 0; !task.done; step++) {
    const begun = performance.now();
    task.step();
    const ms = performance.now() - begun;
    spent += ms;
    longestStepMs = Math.max(longestStepMs, ms);
    if (step % STEPS_PER_SAMPLE === 0) peakMb = Math.max(peakMb, memoryMb(kernels));
  }
  const begun = performance.now();
  task.model();
  spent += performance.now() - begun;
  peakMb = Math.max(peakMb, memoryMb(kernels));
  const epochs = Number(params.train_epochs ?? 1);
  const perMillion = 1e6 / userItems.indices.length;
  return {
    seconds: (spent / 1000 / epochs) * perMillion,
    peakMb: peakMb - before + dataMb,
    dataMb,
    longestStepMs,
  };
}

function runAll(): void {
  for (const [algorithm, params, unit] of FITS) {
    for (const millions of MILLIONS) {
      const order = JSON.stringify([algorithm, params, millions]);
      const child = spawnSync(process.execPath, ["--expose-gc", SELF, order], { encoding: "utf8" });
      if (child.status !== 0) throw new Error(child.stderr);
      const { seconds, peakMb, dataMb, longestStepMs } = JSON.parse(child.stdout) as Measured;
      const figures = [
        `${seconds.toFixed(3)} ${unit}`,
        `peak ${peakMb.toFixed(0)} MB, ${dataMb.toFixed(0)} of them data`,
        `longest step ${longestStepMs.toFixed(0)} ms`,
      ];
      process.stdout.write(`${`${algorithm}, ${millions} M`.padEnd(22)} ${figures.join(" · ")}\n`);
    }
  }
}

const [order] = process.argv.slice(2);
if (order?.startsWith("[")) {
  const [algorithm, params, millions] = JSON.parse(order) as [AlgorithmName, AlgorithmParams, number];
  process.stdout.write(JSON.stringify(measure(algorithm, params, millions)));
} else {
  runAll();
}
