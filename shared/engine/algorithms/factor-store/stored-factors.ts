/**
 * Item factors at one byte each: sections called `….item-factors` become whole numbers −127 … 127 with one scale per item. The
 * rounding error is at most 1/254 of the largest factor of the item. On Gowalla no metric changes in the fourth place. The
 * models of iALS and SVD also score in this form (`Int8Factors`), which moves ndcg by less than 2e-5 more. For others it is
 * converted back to floats.
 */

import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps, overRanges, type Steps } from "../../in-steps.ts";
import { type Kernels, paddedDim } from "../../kernels/kernels.ts";
import type { EncodeOptions } from "../fit/algorithm.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import { Factors, requireFloatFactors } from "./factors.ts";
import { Int8Factors } from "./int8-factors.ts";
import type { ItemFactors } from "./item-factors.ts";

const FACTORS = ".item-factors";
const INT8 = ".int8";
const SCALES = ".scales";
const LARGEST = 127;
/** Stored bytes are 1 … 255: value + 128. A byte of 0 is not a value. */
const BIAS = 128;

/** Rows of factors, `stride` apart. */
interface Rows {
  readonly values: Float32Array;
  readonly count: number;
  readonly dim: number;
  readonly stride: number;
}

/** The sections of a model's item factors, in floats or at one byte each. @param name Ends with `.item-factors`. */
export function itemFactorSections(name: string, items: ItemFactors, options?: EncodeOptions): Section[] {
  return finishSteps(itemFactorSectionsInSteps(name, items, options));
}

/** `itemFactorSections` in pieces of a few milliseconds. */
export function* itemFactorSectionsInSteps(
  name: string,
  items: ItemFactors,
  { int8Factors, isLast }: EncodeOptions = {},
): Steps<Section[]> {
  if (!int8Factors) {
    return [{ name, data: isLast && items instanceof Factors ? items.packInPlace() : items.pack() }];
  }
  const { count, dim } = items;
  if (items instanceof Factors) {
    const { buffer, stride } = items;
    return yield* quantize(name, { count, dim, stride, values: () => buffer.view }, isLast);
  }
  const packed = items.pack();
  return yield* quantize(name, { count, dim, stride: dim, values: () => packed });
}

/** Item factors in kernel memory in their stored form, which the caller releases. Throws `BAD_ARTIFACT`. */
export function requireStoredFactors(
  sections: readonly Section[],
  name: string,
  kernels: Kernels,
  shape: Pick<Rows, "count" | "dim">,
): ItemFactors {
  if (!sections.some((section) => section.name === name + INT8)) {
    return requireItemFactors(sections, name, kernels, shape);
  }
  return requireInt8Factors(sections, name, kernels, shape);
}

/** Item factors that are stored at one byte each, in kernel memory. The caller releases them. Throws `BAD_ARTIFACT`. */
export function requireInt8Factors(
  sections: readonly Section[],
  name: string,
  kernels: Kernels,
  { count, dim }: Pick<Rows, "count" | "dim">,
): Int8Factors {
  const { bytes, scales } = requireInt8(sections, name, count, dim);
  const items = new Int8Factors(kernels, count, dim, paddedDim(dim));
  items.scales.view.set(scales);
  const values = items.values.view;
  for (let item = 0; item < count; item++) {
    const start = item * items.stride;
    for (let k = 0; k < dim; k++) values[start + k] = (bytes[item * dim + k] as number) - BIAS;
  }
  return items;
}

/** Factors of one byte as they are, without a way through floats. Copies. @param name Ends with `.item-factors`. */
export function int8Sections(
  name: string,
  { count, dim, stride, values, scales }: Int8Factors,
): [Section, Section] {
  const bytes = new Uint8Array(count * dim);
  const source = values.view;
  for (let item = 0; item < count; item++) {
    for (let k = 0; k < dim; k++) bytes[item * dim + k] = BIAS + (source[item * stride + k] as number);
  }
  return [
    { name: name + INT8, data: bytes },
    { name: name + SCALES, data: scales.view.slice(0, count) },
  ];
}

/** Item factors of either form as floats in kernel memory, which the caller releases. Throws `BAD_ARTIFACT`. */
export function requireItemFactors(
  sections: readonly Section[],
  name: string,
  kernels: Kernels,
  { count, dim }: Pick<Rows, "count" | "dim">,
): Factors {
  const isInt8 = sections.some((section) => section.name === name + INT8);
  if (!isInt8) return requireFloatFactors(sections, name, kernels, { count, dim });
  const stored = requireInt8(sections, name, count, dim);
  const items = new Factors(kernels, count, dim, paddedDim(dim));
  dequantizeInto(stored, { values: items.buffer.view, count, dim, stride: items.stride });
  return items;
}

/** Converts item factors in floats, if there are any, to the one-byte form; passes other sections on unchanged. */
export function quantizeItemFactors(sections: readonly Section[], itemCount: number): Section[] {
  return sections.flatMap((section) => {
    const { name, data } = section;
    const isFactors = name.endsWith(FACTORS) && data instanceof Float32Array && data.length % itemCount === 0;
    if (!isFactors) return [section];
    const dim = data.length / itemCount;
    return finishSteps(quantize(name, { values: () => data, count: itemCount, dim, stride: dim }));
  });
}

/** Adds the float form of each section in one-byte form, computed only when someone reads it; reading may throw `BAD_ARTIFACT`. */
export function withFloatFactors(sections: readonly Section[]): Section[] {
  return sections.flatMap((section) => {
    if (!section.name.endsWith(FACTORS + INT8)) return [section];
    const name = section.name.slice(0, -INT8.length);
    return [
      section,
      {
        name,
        get data() {
          return restore(name, sections);
        },
      },
    ];
  });
}

/** Numbers rounded between two yields: about 5 ms. */
const ROUNDED_PER_PIECE = 300_000;

interface SourceRows extends Omit<Rows, "values"> {
  /** Read after each yield, since kernel memory may have moved. */
  readonly values: () => Float32Array;
}

/** @param isInPlace Writes over the source: a row of bytes ends before the next row of floats begins. */
function* quantize(
  name: string,
  { values, count, dim, stride }: SourceRows,
  isInPlace = false,
): Steps<Section[]> {
  const own = isInPlace ? null : new Uint8Array(count * dim);
  const target = () => own ?? new Uint8Array(values().buffer, values().byteOffset, count * dim);
  const scales = new Float32Array(count);
  const row = new Float32Array(dim);
  const quantizeRows = (from: number, to: number): void => {
    const [source, bytes] = [values(), target()];
    for (let item = from; item < to; item++) {
      row.set(source.subarray(item * stride, item * stride + dim));
      let largest = 0;
      for (let k = 0; k < dim; k++) largest = Math.max(largest, Math.abs(row[k] as number));
      const scale = Math.fround(largest / LARGEST);
      scales[item] = scale;
      for (let k = 0; k < dim; k++) {
        const value = scale > 0 ? Math.round((row[k] as number) / scale) : 0;
        bytes[item * dim + k] = BIAS + Math.max(-LARGEST, Math.min(LARGEST, value));
      }
    }
  };
  yield* overRanges(count, quantizeRows, Math.ceil(ROUNDED_PER_PIECE / dim));
  return [
    { name: name + INT8, data: target() },
    { name: name + SCALES, data: scales },
  ];
}

interface Stored {
  readonly bytes: Uint8Array;
  readonly scales: Float32Array;
}

function requireInt8(
  sections: readonly Section[],
  name: string,
  count: number | null,
  dim: number | null,
): Stored {
  const scales = requireSection(sections, name + SCALES, Float32Array, count);
  requireFinite(name + SCALES, scales);
  const bytes = requireSection(sections, name + INT8, Uint8Array, dim === null ? null : scales.length * dim);
  if (!Number.isInteger(bytes.length / scales.length) || bytes.includes(0)) {
    throw new EngineError("BAD_ARTIFACT", `Section "${name + INT8}" is not sound.`);
  }
  return { bytes, scales };
}

function restore(name: string, sections: readonly Section[]): Float32Array {
  const stored = requireInt8(sections, name, null, null);
  const values = new Float32Array(stored.bytes.length);
  const dim = values.length / stored.scales.length;
  dequantizeInto(stored, { values, count: stored.scales.length, dim, stride: dim });
  return values;
}

function dequantizeInto({ bytes, scales }: Stored, { values, count, dim, stride }: Rows): void {
  for (let item = 0; item < count; item++) {
    const scale = scales[item] as number;
    for (let k = 0; k < dim; k++) {
      values[item * stride + k] = ((bytes[item * dim + k] as number) - BIAS) * scale;
    }
  }
}
