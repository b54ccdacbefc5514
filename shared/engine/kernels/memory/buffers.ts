/** Memory of the kernels, zero when allocated. */
export interface KernelBuffer<View> {
  readonly length: number;
  /** The memory itself. Take it again after any allocation: growing the memory detaches older views. */
  readonly view: View;
  /** Frees the memory. The second call does nothing; any other use afterwards is an error of the caller. */
  free(): void;
}

/** Compressed rows in kernel memory; see `CsrMatrix` for the layout. */
export interface SparseRows {
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly values: F32Buffer;
}

export type F32Buffer = KernelBuffer<Float32Array>;
export type U32Buffer = KernelBuffer<Uint32Array>;
export type I16Buffer = KernelBuffer<Int16Array>;
export type I8Buffer = KernelBuffer<Int8Array>;

/** Rows of a factor matrix are padded to this many floats. */
export const DIM_MULTIPLE = 8;

export function paddedDim(dim: number): number {
  return Math.ceil(dim / DIM_MULTIPLE) * DIM_MULTIPLE;
}

/** The memory that kernels work on. */
export interface KernelMemory {
  readonly kind: "wasm" | "scalar";
  /** Throws `UNSUPPORTED` when the memory cannot grow that far. */
  allocF32(length: number): F32Buffer;
  allocU32(length: number): U32Buffer;
  allocI16(length: number): I16Buffer;
  allocI8(length: number): I8Buffer;
  /** Bytes in buffers that are not freed yet. */
  readonly allocatedBytes: number;
  /** Bytes of the whole memory, with those that were freed: it never shrinks. */
  readonly memoryBytes: number;
  /** Frees every buffer of these kernels, also those still in use: for the end of a job that owns the whole instance. */
  freeAll(): void;
}
