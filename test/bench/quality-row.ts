/** One row of the quality table: a fit in steps, its memory, and the figures of full ranking. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AlgorithmName, AlgorithmParams } from "../../shared/contract/algorithms.ts";
import type { Model } from "../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../shared/engine/algorithms/registry.ts";
import { transpose } from "../../shared/engine/data/transpose.ts";
import { createEvaluation } from "../../shared/engine/evaluate/evaluation.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import type { BenchData } from "./quality-data.ts";

export interface QualityCase {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

export interface QualityRow extends QualityCase {
  readonly recall: number;
  readonly ndcg: number;
  /** Processor seconds of this process. */
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
  readonly longestStepMs: number;
  readonly storedMb: number;
  /** Most memory seen after a step beyond the data, once garbage is collected: buffers, heap, kernel memory. */
  readonly fitMb: number;
}

const SAMPLE_EVERY_STEPS = 150;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

export function measureQuality(
  { algorithm, params }: QualityCase,
  data: BenchData,
  cutoff: number,
): QualityRow {
  const kernels = loadWasmKernels();
  const input = { userItems: data.train, itemUsers: transpose(data.train), kernels, seed: 1 };
  const before = usedMb();
  let fitMb = 0;
  let longestStepMs = 0;
  let sampleSeconds = 0;
  const sample = (): void => {
    const start = processorSeconds();
    fitMb = Math.max(fitMb, usedMb() - before);
    sampleSeconds += processorSeconds() - start;
  };
  const fitStart = processorSeconds();
  const task = algorithmOf(algorithm).begin(input, params);
  for (let step = 0; !task.done; step++) {
    const start = performance.now();
    task.step();
    longestStepMs = Math.max(longestStepMs, performance.now() - start);
    if (step % SAMPLE_EVERY_STEPS === 0) sample();
  }
  sample();
  const fitSeconds = processorSeconds() - fitStart - sampleSeconds;
  const model = task.model();
  sample();
  task.dispose();
  const evaluateStart = processorSeconds();
  const { recall, ndcg } = evaluate(model, data, cutoff);
  const evaluateSeconds = processorSeconds() - evaluateStart;
  const storedMb = model.encode().reduce((sum, { data: { byteLength } }) => sum + byteLength, 0) / 1e6;
  model.dispose();
  return { algorithm, params, recall, ndcg, fitSeconds, evaluateSeconds, longestStepMs, storedMb, fitMb };
}

/** Recall is of all held-out items; the ideal DCG is cut at the depth. */
export function evaluate(
  model: Model,
  { train, test }: BenchData,
  cutoff: number,
): { recall: number; ndcg: number } {
  const evaluation = createEvaluation({ model, seen: train, heldout: test, cutoffs: [cutoff] });
  while (!evaluation.done) evaluation.step();
  const { metrics } = evaluation.result();
  return { recall: metrics[`recall@${cutoff}`] as number, ndcg: metrics[`ndcg@${cutoff}`] as number };
}

function usedMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
