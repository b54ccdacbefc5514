/** One row of the quality table: a fit in steps, its memory, and the figures of full ranking. */
import type { AlgorithmName, AlgorithmParams } from "../../shared/contract/algorithms.ts";
import type { Model } from "../../shared/engine/algorithms/algorithm.ts";
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
  /** Most memory seen after a step beyond what was there with the data loaded: buffers, JavaScript heap and kernel memory. */
  readonly fitMb: number;
}

const SAMPLE_EVERY_STEPS = 20;

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
  const fitStart = processorSeconds();
  const task = algorithmOf(algorithm).begin(input, params);
  for (let step = 0; !task.done; step++) {
    const start = performance.now();
    task.step();
    longestStepMs = Math.max(longestStepMs, performance.now() - start);
    if (step % SAMPLE_EVERY_STEPS === 0) fitMb = Math.max(fitMb, usedMb() - before);
  }
  fitMb = Math.max(fitMb, usedMb() - before);
  const fitSeconds = processorSeconds() - fitStart;
  const model = task.model();
  fitMb = Math.max(fitMb, usedMb() - before);
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
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
