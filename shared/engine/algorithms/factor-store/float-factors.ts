import type { Section } from "../../artifact/section.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { EncodeOptions } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { type Factors, requireFloatFactors } from "./factors.ts";

const MAX_DIM = 4096;
const MAX_ITEMS = 2 ** 31;

/** Item factors stored in floats, with a section of settings that begins with their dim and count. */
export class FloatFactorSections {
  readonly #settings: string;
  readonly #factors: string;

  /** @param prefix Of the names of both sections. */
  constructor(prefix: string) {
    this.#settings = `${prefix}.settings`;
    this.#factors = `${prefix}.item-factors`;
  }

  /** @param rest Further settings. */
  encode(items: Factors, rest: readonly number[], { isLast }: EncodeOptions = {}): Section[] {
    return [
      { name: this.#settings, data: Float64Array.of(items.dim, items.count, ...rest) },
      { name: this.#factors, data: isLast ? items.packInPlace() : items.pack() },
    ];
  }

  /** The factors, which the caller releases, and the further settings. Throws `BAD_ARTIFACT`. */
  decode(
    sections: readonly Section[],
    kernels: Kernels,
    { restCount, minDim }: { restCount: number; minDim: number },
  ): { items: Factors; rest: Float64Array } {
    const settings = requireSection(sections, this.#settings, Float64Array, 2 + restCount);
    requireFinite(this.#settings, settings);
    const dim = requireCount(settings, 0, minDim, MAX_DIM);
    const itemCount = requireCount(settings, 1, 1, MAX_ITEMS);
    const items = requireFloatFactors(sections, this.#factors, kernels, { count: itemCount, dim });
    return { items, rest: settings.subarray(2) };
  }
}
