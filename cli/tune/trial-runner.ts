/// <reference path="../../shared/engine/webassembly.d.ts" />
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { FeatureMatrix } from "#engine/data/side-features.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { TrialAssignment } from "#engine/tune/plan/study.ts";
import { type FinishedWork, type TrialContext, type TrialOrder, workOnTrial } from "./trial-work.ts";
import type { TrialWorkerData, TrialWorkerMessage } from "./trial-worker.ts";

/** Runs trials to their end; null for a trial that was abandoned because time was up. */
export interface TrialRunner {
  run(order: TrialOrder): Promise<FinishedWork | null>;
  close(): Promise<void>;
}

/** Runs trials on this thread, one at a time. */
export function createInlineRunner(
  context: TrialContext,
  kernels: Kernels,
  onProgress: (assignment: TrialAssignment, share: number) => void,
): TrialRunner {
  return {
    async run(order) {
      // Yields to signals and output between trials.
      await setImmediate();
      return workOnTrial(context, order, kernels, (share) => onProgress(order.assignment, share));
    },
    async close() {},
  };
}

/** Runs up to `count` trials at a time, each on its own thread. The threads share the data without copies. */
export function createThreadRunner(
  context: TrialContext,
  module: WebAssembly.Module,
  count: number,
): TrialRunner {
  const { train, validation, disliked, features, validationItems, ...ordered } = context.split;
  const { sequences, sessions, queries } = ordered;
  const split = {
    train: sharedMatrix(train),
    validation: sharedMatrix(validation),
    disliked: disliked && sharedMatrix(disliked),
    validationItems,
    sequences,
    sessions,
    queries,
    features: features && {
      ...(features.items && { items: sharedFeatures(features.items) }),
      ...(features.users && { users: sharedFeatures(features.users) }),
    },
  };
  const workerData: TrialWorkerData = { context: { ...context, split }, module };
  const url = new URL("./trial-worker.ts", import.meta.url);
  const all = Array.from({ length: count }, () => new Worker(url, { workerData }));
  const idle = [...all];
  return {
    async run(order) {
      const worker = idle.pop();
      if (!worker) throw new RangeError(`More than ${count} trials at a time.`);
      const message = await ask(worker, order);
      idle.push(worker);
      if (message.type === "error") throw new Error(`Trial ${order.assignment.number}: ${message.message}`);
      return message.work;
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

function ask(worker: Worker, order: TrialOrder): Promise<TrialWorkerMessage> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: TrialWorkerMessage) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number) => settle(() => reject(new Error(`A worker thread ended with ${code}.`)));
    const settle = (act: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(order);
  });
}

/** With their columns and vectors. */
function sharedFeatures({ vectors, layout, ...matrix }: FeatureMatrix): FeatureMatrix {
  const shared = { ...sharedMatrix(matrix), ...(layout && { layout }) };
  if (!vectors) return shared;
  const values = new Int8Array(new SharedArrayBuffer(vectors.values.byteLength));
  const scales = new Float32Array(new SharedArrayBuffer(vectors.scales.byteLength));
  values.set(vectors.values);
  scales.set(vectors.scales);
  return { ...shared, vectors: { ...vectors, values, scales } };
}

function sharedMatrix({ rowCount, columnCount, indptr, indices, values, ages }: CsrMatrix): CsrMatrix {
  const shared = {
    indptr: new Uint32Array(new SharedArrayBuffer(indptr.byteLength)),
    indices: new Uint32Array(new SharedArrayBuffer(indices.byteLength)),
    values: new Float32Array(new SharedArrayBuffer(values.byteLength)),
    ...(ages && { ages: new Float32Array(new SharedArrayBuffer(ages.byteLength)) }),
  };
  shared.indptr.set(indptr);
  shared.indices.set(indices);
  shared.values.set(values);
  if (ages) shared.ages?.set(ages);
  return { rowCount, columnCount, ...shared };
}
