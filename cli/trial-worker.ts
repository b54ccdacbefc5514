/// <reference path="../shared/engine/webassembly.d.ts" />
/** A thread of `edgewise tune --jobs`: works on one trial after another, as they are sent. */
import { parentPort, workerData } from "node:worker_threads";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import type { TrialAssignment, TrialResult } from "#engine/tune/study.ts";
import { type TrialContext, workOnTrial } from "./trial-work.ts";

export interface TrialWorkerData {
  readonly context: TrialContext;
  readonly module: WebAssembly.Module;
}

export type TrialWorkerMessage =
  | { readonly type: "result"; readonly result: TrialResult | null }
  | { readonly type: "error"; readonly message: string };

const { context, module } = workerData as TrialWorkerData;
const kernels = createWasmKernels(module);

parentPort?.on("message", (assignment: TrialAssignment) => parentPort?.postMessage(answerTo(assignment)));

function answerTo(assignment: TrialAssignment): TrialWorkerMessage {
  try {
    return { type: "result", result: workOnTrial(context, assignment, kernels, () => {}) };
  } catch (error) {
    return { type: "error", message: (error as Error).message };
  }
}
