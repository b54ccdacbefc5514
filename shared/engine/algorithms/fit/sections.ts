import type { Section, SectionData } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";

type SectionType<Data extends SectionData> = { readonly name: string; new (length: number): Data };

/**
 * Takes a section by name, type and length from an encoded model or checkpoint.
 * Throws `BAD_ARTIFACT` when it is missing, of another type or of another length.
 *
 * @param length Expected number of elements; null accepts any.
 */
export function requireSection<Data extends SectionData>(
  sections: readonly Section[],
  name: string,
  type: SectionType<Data>,
  length: number | null,
): Data {
  const data = sections.find((section) => section.name === name)?.data;
  if (data === undefined) throw new EngineError("BAD_ARTIFACT", `Section "${name}" is missing.`);
  if (!(data instanceof type))
    throw new EngineError("BAD_ARTIFACT", `Section "${name}" is not a ${type.name}.`);
  if (length !== null && data.length !== length) {
    throw new EngineError("BAD_ARTIFACT", `Section "${name}" has length ${data.length}, expected ${length}.`);
  }
  return data;
}

/** Takes a whole number in min … max out of a section of settings. Throws `BAD_ARTIFACT` when it is none. */
export function requireCount(data: Float64Array, at: number, min: number, max: number): number {
  const value = data[at];
  if (value === undefined || !Number.isInteger(value) || value < min || value > max) {
    throw new EngineError("BAD_ARTIFACT", `Setting ${at} of the model is ${value}, not in ${min} … ${max}.`);
  }
  return value;
}

/** Throws `BAD_ARTIFACT` when a section holds NaN or an infinity. */
export function requireFinite(name: string, data: Float32Array | Float64Array): void {
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at])) {
      throw new EngineError("BAD_ARTIFACT", `Section "${name}" holds ${data[at]} at ${at}.`);
    }
  }
}

/** Throws `BAD_ARTIFACT` unless `indptr` rises from 0 to the number of indices and every index is below `columnCount`. */
export function requireCompressedRows(
  name: string,
  indptr: Uint32Array,
  indices: Uint16Array | Uint32Array,
  columnCount: number,
): void {
  let isSound = indptr[0] === 0 && indptr[indptr.length - 1] === indices.length;
  for (let row = 1; isSound && row < indptr.length; row++) {
    isSound = (indptr[row] as number) >= (indptr[row - 1] as number);
  }
  isSound &&= indices.length === 0 || largestOf(indices) < columnCount;
  if (!isSound) throw new EngineError("BAD_ARTIFACT", `The rows of "${name}" are damaged.`);
}

/** A loop of its own: an isolate compiles it in the middle of its first run. */
function largestOf(values: Uint16Array | Uint32Array): number {
  let largest = 0;
  for (let at = 0; at < values.length; at++)
    if ((values[at] as number) > largest) largest = values[at] as number;
  return largest;
}
