import type { F32Buffer, I8Buffer, I16Buffer, KernelBuffer, KernelMemory, U32Buffer } from "./buffers.ts";
import { type GrowingMemory, LinearMemory } from "./linear-memory.ts";
import { type ViewConstructor, WasmBuffer } from "./wasm-buffer.ts";

/** Buffers in the memory of one WebAssembly instance. */
export class WasmMemory implements KernelMemory {
  readonly kind = "wasm";
  readonly #memory: LinearMemory;
  readonly #live = new Set<WasmBuffer<unknown>>();

  constructor(memory: GrowingMemory, heapBase: number) {
    this.#memory = new LinearMemory(memory, heapBase);
  }

  get allocatedBytes(): number {
    return this.#memory.allocatedBytes;
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  allocF32(length: number): F32Buffer {
    return this.#alloc(Float32Array, length);
  }

  allocU32(length: number): U32Buffer {
    return this.#alloc(Uint32Array, length);
  }

  allocI16(length: number): I16Buffer {
    return this.#alloc(Int16Array, length);
  }

  allocI8(length: number): I8Buffer {
    return this.#alloc(Int8Array, length);
  }

  freeAll(): void {
    for (const buffer of this.#live) buffer.forget();
    this.#live.clear();
    this.#memory.releaseAll();
  }

  #alloc<View>(type: ViewConstructor<View>, length: number): KernelBuffer<View> {
    return new WasmBuffer(this.#memory, type, length, this.#live);
  }
}
