import type { Kernels } from "#engine/kernels/kernels.ts";

/** Watches the memory of this process: JavaScript heap, array buffers, and the kernels' own memory. */
export interface MemoryMeter {
  /** To be called often; looks at most every few milliseconds. */
  sample(): void;
  /** MB (2^20 bytes) at the highest sample. */
  peakMb(): number;
}

const SAMPLE_EVERY_MS = 20;

export function createMemoryMeter(kernels: Kernels): MemoryMeter {
  // Its view is over the kernels' whole memory, whose length is nowhere else to be had.
  const probe = kernels.allocU32(1);
  let peakBytes = 0;
  let sampledAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    peakBytes = Math.max(peakBytes, heapUsed + arrayBuffers + probe.view.buffer.byteLength);
  };
  return {
    sample() {
      const now = performance.now();
      if (now - sampledAt < SAMPLE_EVERY_MS) return;
      look();
      // After looking, which itself may take a while.
      sampledAt = performance.now();
    },
    peakMb() {
      look();
      return peakBytes / 1024 / 1024;
    },
  };
}
