import { EngineError } from "../../engine-error.ts";
import type { KernelBuffer, SparseRows } from "./buffers.ts";
import type { LinearMemory } from "./linear-memory.ts";

export type ViewConstructor<View> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): View;
};

/** A piece of the kernels' WebAssembly memory. */
export class WasmBuffer<View> implements KernelBuffer<View> {
  readonly length: number;
  readonly #memory: LinearMemory;
  readonly #type: ViewConstructor<View>;
  readonly #live: Set<WasmBuffer<unknown>>;
  #address: number;
  #view: View | null = null;
  #viewed: ArrayBuffer | null = null;

  constructor(
    memory: LinearMemory,
    type: ViewConstructor<View>,
    length: number,
    live: Set<WasmBuffer<unknown>>,
  ) {
    this.length = length;
    this.#memory = memory;
    this.#type = type;
    this.#live = live;
    this.#address = memory.allocate(length * type.BYTES_PER_ELEMENT);
    live.add(this);
  }

  get view(): View {
    const { buffer } = this.#memory;
    if (this.#view === null || this.#viewed !== buffer) {
      this.#view = new this.#type(buffer, this.address, this.length);
      this.#viewed = buffer;
    }
    return this.#view;
  }

  get address(): number {
    if (this.#address < 0) throw new TypeError("A kernel buffer was used after it was freed.");
    return this.#address;
  }

  free(): void {
    if (this.#address < 0) return;
    this.#memory.release(this.#address, this.length * this.#type.BYTES_PER_ELEMENT);
    this.#live.delete(this);
    this.forget();
  }

  /** Marks the buffer as freed when its memory was freed in another way. */
  forget(): void {
    this.#address = -1;
    this.#view = null;
  }
}

/** Where a buffer begins, for the assembly. */
export function at(buffer: KernelBuffer<unknown>): number {
  if (!(buffer instanceof WasmBuffer)) throw new TypeError("The buffer belongs to other kernels.");
  return buffer.address;
}

/** The assembly checks nothing: a short buffer would silently overwrite the next one. */
export function requireLength(buffer: KernelBuffer<unknown>, length: number): void {
  if (buffer.length < length) {
    throw new EngineError("BAD_PARAMETER", `A kernel needs a buffer of ${length}, not ${buffer.length}.`);
  }
}

/** Where the three arrays of a sparse matrix begin. */
export function pointersOf(rows: SparseRows): [number, number, number] {
  return [at(rows.indptr), at(rows.indices), at(rows.values)];
}
