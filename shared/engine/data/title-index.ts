/** The items of a table by their titles. A title may belong to several items. */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { type IdMap, IdMapBuilder } from "./id-map.ts";
import { idMapOfSections, idMapSections } from "./id-map-sections.ts";

export class TitleIndex {
  readonly #titles: IdMap;
  /** The rows of title t are `rows[offsets[t] … offsets[t+1])`. */
  readonly #offsets: Uint32Array;
  readonly #rows: Uint32Array;

  /** @param titles By row; null or empty for a row without a title. */
  static build(titles: readonly (string | null)[]): TitleIndex {
    const builder = new IdMapBuilder();
    const titleOf = Int32Array.from(titles, (title) => (title ? builder.intern(title) : -1));
    const offsets = new Uint32Array(builder.size + 1);
    for (const title of titleOf) if (title >= 0) offsets[title + 1] = (offsets[title + 1] as number) + 1;
    for (let title = 0; title < builder.size; title++) {
      offsets[title + 1] = (offsets[title + 1] as number) + (offsets[title] as number);
    }
    const next = offsets.slice();
    const rows = new Uint32Array(offsets[builder.size] as number);
    for (const [row, title] of titleOf.entries()) {
      if (title < 0) continue;
      const at = next[title] as number;
      next[title] = at + 1;
      rows[at] = row;
    }
    return new TitleIndex(builder.finish(), offsets, rows);
  }

  /** Restores what `sections` wrote. Throws `BAD_ARTIFACT`. */
  static restore(sections: readonly Section[], prefix: string, rowCount: number): TitleIndex {
    const titles = idMapOfSections(sections, `${prefix}.titles`);
    const offsets = sectionOf({ sections }, `${prefix}.offsets`, Uint32Array);
    const rows = sectionOf({ sections }, `${prefix}.rows`, Uint32Array);
    const isRising = offsets.every((offset, at) => at === 0 || offset >= (offsets[at - 1] as number));
    const isWhole =
      offsets.length === titles.size + 1 && offsets[0] === 0 && offsets[titles.size] === rows.length;
    if (isRising && isWhole && rows.every((row) => row < rowCount))
      return new TitleIndex(titles, offsets, rows);
    throw new EngineError("BAD_ARTIFACT", `The titles of "${prefix}" are damaged.`);
  }

  private constructor(titles: IdMap, offsets: Uint32Array, rows: Uint32Array) {
    this.#titles = titles;
    this.#offsets = offsets;
    this.#rows = rows;
  }

  /** The rows with exactly this title, ascending; empty for an unknown one. A view: read only. */
  rowsOf(title: string): Uint32Array {
    const at = this.#titles.indexOf(title);
    return at < 0 ? this.#rows.subarray(0, 0) : this.#rows.subarray(this.#offsets[at], this.#offsets[at + 1]);
  }

  /** @param prefix The beginning of all names. */
  sections(prefix: string): Section[] {
    return [
      ...idMapSections(this.#titles, `${prefix}.titles`),
      { name: `${prefix}.offsets`, data: this.#offsets },
      { name: `${prefix}.rows`, data: this.#rows },
    ];
  }
}
