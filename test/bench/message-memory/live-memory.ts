/** The live memory of this process: heap and array buffers after garbage collection, and the whole memory of all kernels. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { LargeArrays } from "./large-arrays.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** An allocation of this size is measured at once, so that short copies are seen. */
const LARGE_BYTES = 1e6;
/** A measurement takes some ten milliseconds. */
const LOOK_EVERY_MS = 400;

/** What the bytes of a peak are. */
export interface PeakAccount {
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** The whole memory of the kernels, and what is in use of it. */
  readonly kernelBytes: number;
  readonly allocatedBytes: number;
  /** Large arrays outside of the kernels that are in use, by the lines that made them. */
  readonly arrays: readonly string[];
}

export class LiveMemory {
  /** Most bytes since it was set to 0. */
  peakBytes = 0;
  /** Of the peak; null unless accounts are kept. */
  account: PeakAccount | null = null;
  readonly #kernels: WeakRef<Kernels>[] = [];
  readonly #arrays: LargeArrays | null;
  #base = 0;
  #lookedAt = 0;
  #isLooking = false;

  /** @param keepsAccount Whether peaks are explained, which takes much longer. */
  constructor(keepsAccount = false) {
    this.#arrays = keepsAccount ? new LargeArrays() : null;
  }

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
    const onMade = (made: ArrayBufferView): void => {
      this.#arrays?.add(made);
      if (made.byteLength >= LARGE_BYTES) this.#look();
    };
    for (const name of [
      "Uint8Array",
      "Int8Array",
      "Uint16Array",
      "Uint32Array",
      "Float32Array",
      "Float64Array",
    ] as const) {
      const watched = new Proxy(globalThis[name], {
        construct(target, args, newTarget) {
          const made = Reflect.construct(target, args, newTarget) as ArrayBufferView;
          if (made.buffer !== args[0]) onMade(made);
          return made;
        },
      });
      Object.defineProperty(globalThis, name, { value: watched });
    }
    const prototype = Object.getPrototypeOf(Float32Array.prototype) as Float32Array;
    const { slice } = prototype;
    prototype.slice = function (this: Float32Array, ...args) {
      const made = slice.apply(this, args);
      onMade(made);
      return made;
    };
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const used = this.#used();
    if (used > this.peakBytes) {
      this.peakBytes = used;
      if (this.#arrays) this.account = this.#accountOf(this.#arrays);
    }
    this.#isLooking = false;
  }

  #used(): number {
    // Twice: the first run frees buffers in the background, the second waits for it.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers + this.#ofKernels("memoryBytes") - this.#base;
  }

  #accountOf(arrays: LargeArrays): PeakAccount {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return {
      heapBytes: heapUsed,
      bufferBytes: arrayBuffers,
      kernelBytes: this.#ofKernels("memoryBytes"),
      allocatedBytes: this.#ofKernels("allocatedBytes"),
      arrays: arrays.describe(),
    };
  }

  #ofKernels(which: "memoryBytes" | "allocatedBytes"): number {
    return this.#kernels.reduce((sum, one) => sum + (one.deref()?.[which] ?? 0), 0);
  }
}
