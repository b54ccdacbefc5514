import type { Kernels } from "#engine/kernels/kernels.ts";

/** Kernel instances that are used again: memory of WebAssembly grows, never shrinks, and is collected late. */
export interface KernelPool {
  /** Lends kernels of their own to a computation, and takes back all memory that it left in them, however it ends. */
  use<Result>(compute: (kernels: Kernels) => Promise<Result>): Promise<Result>;
}

/** Trials of a study come one after another, so one idle instance is enough; a busy moment makes more, which are let go. */
const MAX_IDLE = 1;

export function createKernelPool(create: () => Kernels): KernelPool {
  const idle: Kernels[] = [];
  return {
    async use(compute) {
      const kernels = idle.pop() ?? create();
      try {
        return await compute(kernels);
      } finally {
        kernels.freeAll();
        if (idle.length < MAX_IDLE) idle.push(kernels);
      }
    },
  };
}
