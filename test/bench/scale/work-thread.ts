/** A thread of the bench: runs the tasks that it is sent, one after another, and says what each took. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { createNodeKernels } from "#cli/files/node-kernels.ts";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import { openWork, type WorkName } from "./work.ts";

export interface TaskMessage {
  readonly stage: number;
  readonly task: number;
}

export interface TaskReport {
  readonly cpuSeconds: number;
  /** Heap, arrays and kernel memory together, the largest seen. */
  readonly peakMb: number;
  readonly gets: number;
  readonly puts: number;
}

setFlagsFromString("--expose-gc");
/** Garbage of the task before is not this task's. */
const collectGarbage = runInNewContext("gc") as () => void;

const { folder, name } = workerData as { folder: string; name: WorkName };
const kernels = await createNodeKernels();
const seen = { peakBytes: 0, gets: 0, puts: 0 };

/** Memory is looked at whenever a task pauses, reads or writes. Kernel memory never shrinks, so it is that of all tasks before. */
function look(): void {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  seen.peakBytes = Math.max(seen.peakBytes, heapUsed + arrayBuffers + kernels.memoryBytes);
}

function watched(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async get(object) {
      seen.gets++;
      const bytes = await store.get(object);
      look();
      return bytes;
    },
    async getInto(object, room) {
      seen.gets++;
      const bytes = (await store.getInto?.(object, room)) ?? null;
      look();
      return bytes;
    },
    async put(object, bytes) {
      seen.puts++;
      look();
      await store.put(object, bytes);
    },
  };
}

const work = await openWork(folder, name, { kernels, store: watched, breathe: async () => look() });

parentPort?.on("message", async ({ stage, task }: TaskMessage) => {
  collectGarbage();
  Object.assign(seen, { peakBytes: 0, gets: 0, puts: 0 });
  const before = process.threadCpuUsage();
  await work.runTask(stage, task);
  const { user, system } = process.threadCpuUsage(before);
  const report: TaskReport = {
    cpuSeconds: (user + system) / 1e6,
    peakMb: seen.peakBytes / 1e6,
    gets: seen.gets,
    puts: seen.puts,
  };
  parentPort?.postMessage(report);
});
parentPort?.postMessage("ready");
