import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { int8Sections, requireInt8Factors } from "../factor-store/stored-factors.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import type { EmbeddingParts } from "./embedding-parts.ts";

const SETTINGS = "embedding.settings";
const WIDTHS = "embedding.widths";
/** The mean of all vectors, the mean of all people, and the directions, each as long as a vector. */
const FRAME = "embedding.frame";
const POPULARITY = "embedding.popularity";
const ITEMS = "embedding.item-factors";

const SETTINGS_LENGTH = 7;
const MOST = 2 ** 31;

/** A model as sections; copies. */
export function embeddingSections(parts: EmbeddingParts): Section[] {
  const { frame, items, popularity, newPopularity, prior, shrink, weightPower } = parts;
  const { widths, mean, directions } = frame;
  const directionCount = directions.length / items.dim;
  const settings = [items.count, widths.length, directionCount, popularity ? 1 : 0];
  return [
    { name: SETTINGS, data: Float64Array.of(...settings, newPopularity, shrink, weightPower) },
    { name: WIDTHS, data: Uint32Array.from(widths) },
    { name: FRAME, data: Float32Array.of(...mean, ...prior, ...directions) },
    ...(popularity ? [{ name: POPULARITY, data: popularity.slice() }] : []),
    ...int8Sections(ITEMS, items),
  ];
}

/** The parts of `embeddingSections`, with the items in kernel memory. Throws `BAD_ARTIFACT`. */
export function decodeEmbeddingParts(sections: readonly Section[], kernels: Kernels): EmbeddingParts {
  const settings = requireSection(sections, SETTINGS, Float64Array, SETTINGS_LENGTH);
  requireFinite(SETTINGS, settings);
  const count = requireCount(settings, 0, 1, MOST);
  const widths = requireSection(sections, WIDTHS, Uint32Array, requireCount(settings, 1, 1, MOST));
  const dim = widths.reduce((sum, width) => sum + width, 0);
  const floats = (name: string, length: number): Float32Array => {
    const data = requireSection(sections, name, Float32Array, length);
    requireFinite(name, data);
    return data;
  };
  const numbers = floats(FRAME, (2 + requireCount(settings, 2, 0, dim)) * dim).slice();
  const frame = {
    widths: [...widths],
    mean: numbers.subarray(0, dim),
    directions: numbers.subarray(2 * dim),
  };
  const prior = numbers.subarray(dim, 2 * dim);
  const hasPopularity = requireCount(settings, 3, 0, 1) === 1;
  const popularity = hasPopularity ? floats(POPULARITY, count) : null;
  const [newPopularity, shrink, weightPower] = settings.subarray(4) as unknown as [number, number, number];
  if (popularity?.some((value) => value <= 0) || newPopularity <= 0 || shrink < 0) {
    throw new EngineError("BAD_ARTIFACT", `A value of "${SETTINGS}" or "${POPULARITY}" is too small.`);
  }
  const items = requireInt8Factors(sections, ITEMS, kernels, { count, dim });
  return { frame, items, popularity, newPopularity, prior, shrink, weightPower };
}
