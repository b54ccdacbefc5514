/** The live memory of this process: heap and array buffers after garbage collection, and the whole memory of all kernels. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Kernels } from "#engine/kernels/kernels.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** An allocation of this size is measured at once, so that short copies are seen. */
const LARGE_BYTES = 1e6;
/** A measurement takes some ten milliseconds. */
const LOOK_EVERY_MS = 400;

export class LiveMemory {
  /** Most bytes since it was set to 0. */
  peakBytes = 0;
  readonly #kernels: WeakRef<Kernels>[] = [];
  #base = 0;
  #lookedAt = 0;
  #isLooking = false;

  /** Kernels whose memory counts as long as they live. */
  add(kernels: Kernels): Kernels {
    this.#kernels.push(new WeakRef(kernels));
    return kernels;
  }

  /** What is in use now counts for nothing, and the peak begins here. */
  begin(): void {
    this.#base = 0;
    this.#base = this.#used();
    this.peakBytes = 0;
  }

  /** Called often. */
  look(): void {
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#look();
    this.#lookedAt = performance.now();
  }

  /** Measures at each large allocation from now on, in all code that is called afterwards. */
  watchAllocations(): void {
    const onLarge = (bytes: number): void => {
      if (bytes >= LARGE_BYTES) this.#look();
    };
    for (const name of ["Uint8Array", "Int8Array", "Uint32Array", "Float32Array", "Float64Array"] as const) {
      const watched = new Proxy(globalThis[name], {
        construct(target, args, newTarget) {
          const made = Reflect.construct(target, args, newTarget) as { buffer: object; byteLength: number };
          if (made.buffer !== args[0]) onLarge(made.byteLength);
          return made;
        },
      });
      Object.defineProperty(globalThis, name, { value: watched });
    }
    const prototype = Object.getPrototypeOf(Float32Array.prototype) as Float32Array;
    const { slice } = prototype;
    prototype.slice = function (this: Float32Array, ...args) {
      const made = slice.apply(this, args);
      onLarge(made.byteLength);
      return made;
    };
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.peakBytes = Math.max(this.peakBytes, this.#used());
    this.#isLooking = false;
  }

  #used(): number {
    // Twice: the first run frees buffers in the background, the second waits for it.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const kernels = this.#kernels.reduce((sum, one) => sum + (one.deref()?.memoryBytes ?? 0), 0);
    return heapUsed + arrayBuffers + kernels - this.#base;
  }
}
