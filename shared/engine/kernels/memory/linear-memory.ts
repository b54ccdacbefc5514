import { EngineError } from "../../engine-error.ts";

/** Buffers start on a cache line, which also aligns every SIMD load. */
const ALIGNMENT_BYTES = 64;
const PAGE_BYTES = 65_536;

/** The part of a `WebAssembly.Memory` that is used. */
export interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Hole {
  start: number;
  end: number;
}

/**
 * Allocates pieces of one WebAssembly memory: first fit over a sorted and merged list of holes. Made for tens of large buffers,
 * not for thousands of small ones. The memory never shrinks, but freed pieces are used again.
 */
export class LinearMemory {
  readonly #memory: GrowingMemory;
  readonly #base: number;
  #holes: Hole[] = [];
  #end: number;
  /** Memory from here on was never allocated, so it is still zero. */
  #pristine: number;
  #allocatedBytes = 0;

  constructor(memory: GrowingMemory, base: number) {
    this.#memory = memory;
    this.#base = align(base);
    this.#end = this.#base;
    this.#pristine = this.#base;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Returns the address of `bytes` zeroed bytes. Throws `UNSUPPORTED` when the memory cannot grow that far. */
  allocate(bytes: number): number {
    const size = align(Math.max(bytes, 1));
    const address = this.#takeHole(size) ?? this.#extend(size);
    this.#allocatedBytes += size;
    const used = Math.min(size, Math.max(0, this.#pristine - address));
    new Uint8Array(this.buffer, address, used).fill(0);
    this.#pristine = Math.max(this.#pristine, address + size);
    return address;
  }

  release(address: number, bytes: number): void {
    const size = align(Math.max(bytes, 1));
    this.#allocatedBytes -= size;
    const at = this.#holes.findIndex((hole) => hole.start > address);
    const index = at < 0 ? this.#holes.length : at;
    this.#holes.splice(index, 0, { start: address, end: address + size });
    this.#mergeAround(index);
  }

  releaseAll(): void {
    this.#holes = [];
    this.#end = this.#base;
    this.#allocatedBytes = 0;
  }

  #takeHole(size: number): number | null {
    const index = this.#holes.findIndex((hole) => hole.end - hole.start >= size);
    const hole = this.#holes[index];
    if (!hole) return null;
    const address = hole.start;
    hole.start += size;
    if (hole.start === hole.end) this.#holes.splice(index, 1);
    return address;
  }

  #extend(size: number): number {
    const address = this.#end;
    const missing = address + size - this.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE_BYTES), size);
    this.#end = address + size;
    return address;
  }

  #grow(pages: number, size: number): void {
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      throw new EngineError("UNSUPPORTED", `The kernels have no memory for another ${size} bytes.`, {
        cause,
      });
    }
  }

  #mergeAround(index: number): void {
    for (const first of [index, index - 1]) {
      const left = this.#holes[first];
      const right = this.#holes[first + 1];
      if (!left || !right || left.end !== right.start) continue;
      left.end = right.end;
      this.#holes.splice(first + 1, 1);
    }
    const last = this.#holes.at(-1);
    if (last?.end === this.#end) {
      this.#end = last.start;
      this.#holes.pop();
    }
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
