/// <reference path="../../shared/engine/webassembly.d.ts" />
/** Runs the tasks of stages on threads, so that the command itself stays small and hears signals. */
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Breathe } from "#engine/data/breathe.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { IngestStage } from "#engine/scale/ingest/ingest-plan.ts";
import { loadKernelsModule } from "../files/node-kernels.ts";
import { UsageError } from "../options/usage-error.ts";
import type { BlockedJob, TaskOrder } from "./job.ts";
import type { TaskAnswer, TaskThreadData } from "./task-thread.ts";

/** Runs the tasks of one stage; they need nothing of each other. */
export interface TaskRunner {
  /** Runs all tasks of a stage and returns the stages that follow. When a task fails, no other task begins, and this throws the error of that task. */
  runAll(orders: readonly TaskOrder[], onDone: (count: number) => void): Promise<readonly IngestStage[]>;
  close(): Promise<void>;
}

/** @param jobs Tasks at the same time. */
export async function createTaskRunner(job: BlockedJob, jobs: number): Promise<TaskRunner> {
  const module = await loadKernelsModule();
  const workers = Array.from({ length: jobs }, () => threadWorker({ job, module }));
  return {
    async runAll(orders, onDone) {
      const next: IngestStage[] = [];
      let [begun, done] = [0, 0];
      const work = async (worker: TaskWorker) => {
        while (begun < orders.length) {
          next.push(...(await worker.run(orders[begun++] as TaskOrder)));
          onDone(++done);
        }
      };
      try {
        await Promise.all(workers.map(work));
      } catch (error) {
        begun = orders.length;
        throw error;
      }
      return next;
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
  };
}

interface TaskWorker {
  run(order: TaskOrder): Promise<readonly IngestStage[]>;
  close(): Promise<void>;
}

const YIELD_EVERY_MS = 20;

/** Yields to signals and output from time to time. */
export function createBreathe(): Breathe {
  let yieldedAt = performance.now();
  return async () => {
    if (performance.now() - yieldedAt < YIELD_EVERY_MS) return;
    await setImmediate();
    yieldedAt = performance.now();
  };
}

/** Rows of a file leave much garbage at once, for which the runtime would take 100 MB more. */
const YOUNG_MB = 16;

function threadWorker(workerData: TaskThreadData): TaskWorker {
  const thread = new Worker(new URL("./task-thread.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  let isClosed = false;
  return {
    async run(order) {
      const answer = await new Promise<TaskAnswer>((resolve, reject) => {
        const settle = (act: () => void) => {
          thread.off("message", onMessage).off("error", onError).off("exit", onExit);
          act();
        };
        const onMessage = (message: TaskAnswer) => settle(() => resolve(message));
        const onError = (error: Error) => settle(() => reject(error));
        const onExit = (code: number) => {
          // A thread that was closed leaves its task without an answer: nobody waits for it.
          if (!isClosed) settle(() => reject(new Error(`A thread ended with ${code}.`)));
        };
        thread.on("message", onMessage).on("error", onError).on("exit", onExit);
        thread.postMessage(order);
      });
      if ("next" in answer) return answer.next;
      throw errorOf(answer);
    },
    async close() {
      isClosed = true;
      await thread.terminate();
    },
  };
}

function errorOf({ failure, code }: Extract<TaskAnswer, { readonly failure: string }>): Error {
  if (code === "USAGE") return new UsageError(failure);
  return code === null ? new Error(failure) : new EngineError(code, failure);
}
