import type { Kernels } from "#engine/kernels/kernels.ts";

/** Kernel instances for repeated use: memory of WebAssembly grows, never shrinks, and is collected late. */
export interface KernelPool {
  /** Lends a kernel instance to a computation, and frees all memory left in it, however the computation ends. */
  use<Result>(compute: (kernels: Kernels) => Promise<Result>): Promise<Result>;
}

/** Trials of a study come one after another, so one idle instance is enough; additional ones are dropped after use. */
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
