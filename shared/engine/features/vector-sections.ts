/** Vectors of a table as sections of an artifact. */
import type { Section } from "../artifact/section.ts";
import type { VectorRows } from "../data/vector-rows.ts";
import { EngineError } from "../engine-error.ts";

const VALUES = ".values";
const SCALES = ".scales";

/** Shares the arrays. @param prefix Of both names. */
export function vectorSections({ values, scales }: VectorRows, prefix: string): Section[] {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.length);
  return [
    { name: prefix + VALUES, data: bytes },
    { name: prefix + SCALES, data: scales },
  ];
}

/** The vectors of `vectorSections`. Throws `BAD_ARTIFACT` when the sections do not fit together. */
export function vectorsOfSections(
  sections: readonly Section[],
  prefix: string,
  { rowCount, widths }: { readonly rowCount: number; readonly widths: readonly number[] },
): VectorRows {
  const dim = widths.reduce((sum, width) => sum + width, 0);
  const find = (name: string) => sections.find((section) => section.name === prefix + name)?.data;
  const [bytes, scales] = [find(VALUES), find(SCALES)];
  const isSound =
    bytes instanceof Uint8Array &&
    scales instanceof Float32Array &&
    bytes.length === rowCount * dim &&
    scales.length === rowCount &&
    scales.every((scale) => scale >= 0 && Number.isFinite(scale));
  if (!isSound) throw new EngineError("BAD_ARTIFACT", `The vectors "${prefix}" are broken.`);
  return { widths, dim, values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), scales };
}
