/// <reference path="../../shared/engine/webassembly.d.ts" />
/** A thread of `edgewise tune --jobs`: runs the trials that it receives, one after another. */
import { parentPort, workerData } from "node:worker_threads";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import { type FinishedWork, type TrialContext, type TrialOrder, workOnTrial } from "./trial-work.ts";

export interface TrialWorkerData {
  readonly context: TrialContext;
  readonly module: WebAssembly.Module;
}

export type TrialWorkerMessage =
  | { readonly type: "result"; readonly work: FinishedWork | null }
  | { readonly type: "error"; readonly message: string };

const { context, module } = workerData as TrialWorkerData;
const kernels = createWasmKernels(module);

parentPort?.on("message", (order: TrialOrder) => parentPort?.postMessage(answerTo(order)));

function answerTo(order: TrialOrder): TrialWorkerMessage {
  try {
    return { type: "result", work: workOnTrial(context, order, kernels, () => {}) };
  } catch (error) {
    return { type: "error", message: (error as Error).message };
  }
}
