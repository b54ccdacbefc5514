import type { F32Buffer, I8Buffer, I16Buffer, KernelBuffer, KernelMemory, U32Buffer } from "./buffers.ts";

type AnyView = Float32Array | Uint32Array | Int16Array | Int8Array;

class ScalarBuffer<View extends AnyView> implements KernelBuffer<View> {
  readonly length: number;
  readonly #onFree: (buffer: ScalarBuffer<View>) => void;
  #view: View | null;

  constructor(view: View, onFree: (buffer: ScalarBuffer<View>) => void) {
    this.length = view.length;
    this.#view = view;
    this.#onFree = onFree;
  }

  get view(): View {
    if (this.#view === null) throw new TypeError("A kernel buffer was used after it was freed.");
    return this.#view;
  }

  free(): void {
    if (this.#view === null) return;
    this.#onFree(this);
    this.#view = null;
  }
}

/** Buffers that are arrays of their own. */
export class ScalarMemory implements KernelMemory {
  readonly kind = "scalar";
  readonly #live = new Set<KernelBuffer<AnyView>>();

  get allocatedBytes(): number {
    let bytes = 0;
    for (const buffer of this.#live) bytes += buffer.view.byteLength;
    return bytes;
  }

  /** Freed buffers are gone with their arrays. */
  get memoryBytes(): number {
    return this.allocatedBytes;
  }

  allocF32(length: number): F32Buffer {
    return this.#track(new Float32Array(length));
  }

  allocU32(length: number): U32Buffer {
    return this.#track(new Uint32Array(length));
  }

  allocI16(length: number): I16Buffer {
    return this.#track(new Int16Array(length));
  }

  allocI8(length: number): I8Buffer {
    return this.#track(new Int8Array(length));
  }

  freeAll(): void {
    for (const buffer of [...this.#live]) buffer.free();
  }

  #track<View extends AnyView>(view: View): KernelBuffer<View> {
    const buffer = new ScalarBuffer(view, (freed) => this.#live.delete(freed));
    this.#live.add(buffer);
    return buffer;
  }
}
