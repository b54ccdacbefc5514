import type { Kernels } from "#engine/kernels/kernels.ts";

/** Watches the memory of this process: JavaScript heap, array buffers, and the kernels' own memory. */
export interface MemoryMeter {
  /** Call it often; it measures at most every few milliseconds. */
  sample(): void;
  /** MB (2^20 bytes) at the highest sample. */
  peakMb(): number;
}

const SAMPLE_EVERY_MS = 20;

export function createMemoryMeter(kernels: Kernels): MemoryMeter {
  // Its view covers the kernels' whole memory; nothing else tells its length.
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
      // Taken after measuring, which may take a while itself.
      sampledAt = performance.now();
    },
    peakMb() {
      look();
      return peakBytes / 1024 / 1024;
    },
  };
}
