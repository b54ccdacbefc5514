import type { Section } from "../../artifact/section.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { KernelSection } from "../fit/kernel-section.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import type { ItemFactors } from "./item-factors.ts";

/**
 * Factors of one side in kernel memory, rows padded to `stride`, shared by a fit and the models taken from it. They are freed when the
 * last holder has released them.
 */
export class Factors implements ItemFactors {
  readonly count: number;
  readonly dim: number;
  readonly stride: number;
  readonly buffer: F32Buffer;
  readonly #kernels: Kernels;
  #holders = 1;

  /** @param buffer count × stride, or more: rows past `count` stay zero, for kernels that take rows by four. New if it is left out. */
  constructor(
    kernels: Kernels,
    count: number,
    dim: number,
    stride: number,
    buffer = kernels.allocF32(count * stride),
  ) {
    this.count = count;
    this.dim = dim;
    this.stride = stride;
    this.#kernels = kernels;
    this.buffer = buffer;
  }

  /** Factors from a section that `state` wrote. The section's kernel memory is taken over, if it lies there; see `KernelSection`. */
  static resumed(kernels: Kernels, section: Section, { count, dim, stride }: FactorShape): Factors {
    if (section instanceof KernelSection && section.data.length === count * stride) {
      return new Factors(kernels, count, dim, stride, section.take());
    }
    const factors = new Factors(kernels, count, dim, stride);
    const values = section.data as Float32Array;
    if (values.length === count * stride) factors.buffer.view.set(values);
    else factors.unpack(values);
    return factors;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.buffer.free();
  }

  scoreInto(vectors: F32Buffer, vectorOffset: number, vectorCount: number, out: F32Buffer): void {
    const { count: rowCount, stride: dim, buffer: factors } = this;
    this.#kernels.scoreInto({ factors, dim, rowCount, vectors, vectorOffset, vectorCount, out });
  }

  copyRowInto(row: number, target: Float32Array, offset: number): void {
    target.set(this.buffer.view.subarray(row * this.stride, (row + 1) * this.stride), offset);
  }

  /** The inner product of two rows. */
  dotRows(one: number, other: number): number {
    const { view } = this.buffer;
    let sum = 0;
    for (let k = 0; k < this.dim; k++) {
      sum += (view[one * this.stride + k] as number) * (view[other * this.stride + k] as number);
    }
    return sum;
  }

  /** The factors as a checkpoint has them: the memory itself, count × stride. */
  get state(): Float32Array {
    return this.buffer.view.subarray(0, this.count * this.stride);
  }

  /** A copy without padding, count × dim. */
  pack(): Float32Array {
    return packRows(this.buffer.view, this.count, this.dim, this.stride);
  }

  /** The factors without padding in their own memory, count × dim. Nothing else may use them afterwards. */
  packInPlace(): Float32Array {
    const { view } = this.buffer;
    const { count, dim, stride } = this;
    for (let row = 0; stride > dim && row < count; row++) {
      view.copyWithin(row * dim, row * stride, row * stride + dim);
    }
    return view.subarray(0, count * dim);
  }

  /** Overwrites all rows from a copy that `pack` made. */
  unpack(packed: Float32Array): void {
    unpackRows(packed, this.buffer.view, this.count, this.dim, this.stride);
  }
}

/**
 * Factors from a section without padding. Kernel memory of the section is taken over where its rows need no padding. Throws
 * `BAD_ARTIFACT`.
 */
export function requireFloatFactors(
  sections: readonly Section[],
  name: string,
  kernels: Kernels,
  { count, dim }: Pick<FactorShape, "count" | "dim">,
): Factors {
  const packed = () => requireSection(sections, name, Float32Array, count * dim);
  packed();
  const section = sections.find((candidate) => candidate.name === name);
  const stride = paddedDim(dim);
  const isInPlace = section instanceof KernelSection && stride === dim;
  const factors = new Factors(kernels, count, dim, stride, isInPlace ? section.take() : undefined);
  // Asked for again: the section's memory may have moved.
  if (!isInPlace) factors.unpack(packed());
  if (!areFinite(kernels, factors)) requireFinite(name, packed());
  return factors;
}

/** Whether all factors are finite, by the kernels: code that has just been loaded takes ten times as long. */
function areFinite(kernels: Kernels, factors: Factors): boolean {
  const zero = kernels.allocF32(factors.stride);
  const products = kernels.allocF32(factors.count);
  // Of a number and zero the product is zero, of anything else it is not.
  factors.scoreInto(zero, 0, 1, products);
  const { view } = products;
  let sum = 0;
  for (let row = 0; row < view.length; row++) sum += view[row] as number;
  for (const buffer of [zero, products]) buffer.free();
  return sum === 0;
}

export interface FactorShape {
  readonly count: number;
  readonly dim: number;
  readonly stride: number;
}

/** A section of factors with or, in checkpoints of earlier releases, without padding. Throws `BAD_ARTIFACT`. */
export function requireFactors(
  sections: readonly Section[],
  name: string,
  { count, dim, stride }: FactorShape,
): Section {
  const section = sections.find((candidate) => candidate.name === name);
  const isPadded = section?.data.length === count * stride;
  requireFinite(name, requireSection(sections, name, Float32Array, count * (isPadded ? stride : dim)));
  return section as Section;
}

export function packRows(padded: Float32Array, count: number, dim: number, stride: number): Float32Array {
  const packed = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    packed.set(padded.subarray(row * stride, row * stride + dim), row * dim);
  }
  return packed;
}

/** Writes count × dim values into rows of `stride`; the padding is unchanged. */
export function unpackRows(
  packed: Float32Array,
  padded: Float32Array,
  count: number,
  dim: number,
  stride: number,
): void {
  if (dim === stride) padded.set(packed.subarray(0, count * dim));
  for (let row = 0; dim !== stride && row < count; row++) {
    padded.set(packed.subarray(row * dim, (row + 1) * dim), row * stride);
  }
}
