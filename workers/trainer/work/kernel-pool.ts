import type { Kernels } from "#engine/kernels/kernels.ts";

/** Kernel instances for repeated use. */
export interface KernelPool {
  /** Lends a kernel instance to a computation, and frees all memory left in it, however the computation ends. */
  use<Result>(compute: (kernels: Kernels) => Promise<Result>): Promise<Result>;
}

/** Trials of a study come one after another, so one idle instance is enough; additional ones are dropped after use. */
const MAX_IDLE = 1;

/**
 * The memory of WebAssembly grows and never shrinks. An instance with more than this is dropped after use: kept, it would take the room
 * of the next computation. The engine counts such memory, so it is collected before a next one has grown as large.
 */
const MOST_IDLE_BYTES = 16 * 2 ** 20;

export function createKernelPool(create: () => Kernels): KernelPool {
  const idle: Kernels[] = [];
  return {
    async use(compute) {
      const kernels = idle.pop() ?? create();
      try {
        return await compute(kernels);
      } finally {
        const { memoryBytes } = kernels;
        kernels.freeAll();
        if (idle.length < MAX_IDLE && memoryBytes <= MOST_IDLE_BYTES) idle.push(kernels);
      }
    },
  };
}
