/**
 * Item factors at one byte each: sections called `….item-factors` become whole numbers −127 … 127 with one scale per item.
 * Rounding is off by 1/254 of the largest factor of the item; on Gowalla no metric moves in the fourth place.
 */

import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { requireFinite, requireSection } from "./sections.ts";

const FACTORS = ".item-factors";
const INT8 = ".int8";
const SCALES = ".scales";
const LARGEST = 127;
/** Stored bytes are 1 … 255: value + 128. A byte of 0 is no value. */
const BIAS = 128;

/** Replaces item factors by their one-byte form; other sections are passed on as they are. */
export function quantizeItemFactors(sections: readonly Section[], itemCount: number): Section[] {
  return sections.flatMap((section) => {
    const { name, data } = section;
    const isFactors = name.endsWith(FACTORS) && data instanceof Float32Array && data.length % itemCount === 0;
    return isFactors ? quantize(name, data, itemCount) : [section];
  });
}

/** Undoes `quantizeItemFactors`, but for the rounding. Throws `BAD_ARTIFACT`. */
export function restoreItemFactors(sections: readonly Section[]): Section[] {
  return sections.flatMap((section) => {
    if (section.name.endsWith(FACTORS + SCALES)) return [];
    if (!section.name.endsWith(FACTORS + INT8)) return [section];
    return [restore(section.name.slice(0, -INT8.length), sections)];
  });
}

function quantize(name: string, factors: Float32Array, itemCount: number): Section[] {
  const dim = factors.length / itemCount;
  const bytes = new Uint8Array(factors.length);
  const scales = new Float32Array(itemCount);
  for (let item = 0; item < itemCount; item++) {
    const start = item * dim;
    let largest = 0;
    for (let at = start; at < start + dim; at++) {
      largest = Math.max(largest, Math.abs(factors[at] as number));
    }
    const scale = Math.fround(largest / LARGEST);
    scales[item] = scale;
    for (let at = start; at < start + dim; at++) {
      const value = scale > 0 ? Math.round((factors[at] as number) / scale) : 0;
      bytes[at] = BIAS + Math.max(-LARGEST, Math.min(LARGEST, value));
    }
  }
  return [
    { name: name + INT8, data: bytes },
    { name: name + SCALES, data: scales },
  ];
}

function restore(name: string, sections: readonly Section[]): Section {
  const scales = requireSection(sections, name + SCALES, Float32Array, null);
  requireFinite(name + SCALES, scales);
  const bytes = requireSection(sections, name + INT8, Uint8Array, null);
  const dim = bytes.length / scales.length;
  if (!Number.isInteger(dim) || bytes.includes(0)) {
    throw new EngineError("BAD_ARTIFACT", `Section "${name + INT8}" is not sound.`);
  }
  const data = new Float32Array(bytes.length);
  for (const [item, scale] of scales.entries()) {
    for (let at = item * dim; at < (item + 1) * dim; at++) data[at] = ((bytes[at] as number) - BIAS) * scale;
  }
  return { name, data };
}
