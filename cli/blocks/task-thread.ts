/// <reference path="../../shared/engine/webassembly.d.ts" />
/** A thread of work by blocks: runs the tasks that it receives, one after another. */
import { parentPort, workerData } from "node:worker_threads";
import { EngineError, type EngineErrorCode } from "#engine/engine-error.ts";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import type { IngestStage } from "#engine/scale/ingest/ingest-plan.ts";
import { UsageError } from "../options/usage-error.ts";
import { BlockedTasks } from "./blocked-work.ts";
import type { BlockedJob, TaskOrder } from "./job.ts";

export interface TaskThreadData {
  readonly job: BlockedJob;
  readonly module: WebAssembly.Module;
}

export type TaskAnswer =
  | { readonly next: readonly IngestStage[] }
  | { readonly failure: string; readonly code: EngineErrorCode | "USAGE" | null };

const { job, module } = workerData as TaskThreadData;
// Nobody else waits for this thread, and it can be ended at any time.
const tasks = new BlockedTasks(job, createWasmKernels(module), async () => {});

parentPort?.on("message", async (order: TaskOrder) => parentPort?.postMessage(await answerTo(order)));

async function answerTo(order: TaskOrder): Promise<TaskAnswer> {
  try {
    return { next: await tasks.run(order) };
  } catch (error) {
    return { failure: (error as Error).message, code: codeOf(error) };
  }
}

function codeOf(error: unknown): EngineErrorCode | "USAGE" | null {
  if (error instanceof UsageError) return "USAGE";
  return error instanceof EngineError ? error.code : null;
}
