/** One fit, its memory and the lengths of its pieces of work. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { shapeOf } from "../../shared/engine/algorithms/cost/fit-shape.ts";
import { algorithmOf } from "../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../shared/engine/data/csr-matrix.ts";
import { transpose } from "../../shared/engine/data/transpose.ts";
import { estimateFit, type FitEstimate } from "../../shared/engine/estimate/estimate-fit.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import type { BenchFit } from "./engine-fits.ts";

export interface MeasuredFit {
  /** Processor seconds of fit and model. */
  readonly seconds: number;
  /** Data, heap, array buffers and the kernels' whole memory at the highest sample, after garbage collection. */
  readonly peakMb: number;
  readonly dataMb: number;
  /** The estimates. */
  readonly estimate: FitEstimate;
  readonly beginMs: number;
  readonly longestStepMs: number;
  /** Number of that step, from 0, and of all. */
  readonly longestStep: number;
  readonly steps: number;
  readonly modelMs: number;
  readonly encodeMs: number;
  readonly storedMb: number;
}

/** A sample of the memory takes about ten milliseconds: take about this many in a fit of unknown length. */
const LOOKS = 60;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

export function measureFit({ algorithm, params }: BenchFit, userItems: CsrMatrix): MeasuredFit {
  const itemUsers = transpose(userItems);
  const kernels = loadWasmKernels();
  const probe = kernels.allocU32(1);
  const usedMb = (): number => {
    // Twice: the first run frees buffers in the background, the second waits for it.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers + probe.view.buffer.byteLength) / 1e6;
  };
  const before = usedMb();
  const dataMb = dataBytes(userItems) / 1e6;
  let peakMb = before;
  let lastLook = 0;
  const look = (): void => {
    peakMb = Math.max(peakMb, usedMb());
  };
  const [beginMs, task] = timed(() =>
    algorithmOf(algorithm).begin({ userItems, itemUsers, kernels, seed: 1 }, params),
  );
  let [seconds, steps, longestStepMs, longestStep] = [beginMs / 1000, 0, 0, 0];
  for (; !task.done; steps++) {
    const [ms] = timed(() => task.step());
    seconds += ms / 1000;
    if (ms > longestStepMs) [longestStepMs, longestStep] = [ms, steps];
    // Set-up and ends move the progress little.
    const isAtEnd = task.progress === 1 || (task.progress > 0.98 && steps % 4 === 0);
    if (steps % 100 < 3 || isAtEnd || task.progress - lastLook > 1 / LOOKS) {
      look();
      lastLook = task.progress;
    }
  }
  look();
  const [modelMs, model] = timed(() => task.model());
  look();
  task.dispose();
  const [encodeMs, sections] = timed(() => model.encode());
  const storedMb = sections.reduce((sum, { data }) => sum + data.byteLength, 0) / 1e6;
  return {
    seconds: seconds + modelMs / 1000,
    peakMb: peakMb - before + dataMb,
    dataMb,
    estimate: estimateFit(shapeOf(userItems), algorithm, params),
    beginMs,
    longestStepMs,
    longestStep,
    steps,
    modelMs,
    encodeMs,
    storedMb,
  };
}

/** The matrix and its transpose. */
function dataBytes({ indices, rowCount, columnCount }: CsrMatrix): number {
  return 16 * indices.length + 4 * (rowCount + columnCount);
}

/** Milliseconds of this thread's own work, so that a busy machine does not make pieces longer. */
function timed<Result>(run: () => Result): [ms: number, result: Result] {
  const begun = threadMs();
  const result = run();
  return [threadMs() - begun, result];
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
