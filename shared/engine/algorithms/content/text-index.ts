/**
 * Texts by their words, and which texts are most alike: TF-IDF with plain counts of words, ln((1 + texts) / (1 + texts with the
 * word)) + 1, and cosines. It is the content model of AiREC, for tables without interactions. It knows no columns and drops no word.
 */
import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { EngineError } from "../../engine-error.ts";
import { topKInto } from "../../rank/top-k.ts";
import { requireCompressedRows } from "../fit/sections.ts";
import { CosineIndex } from "./cosine-index.ts";
import { inverseFrequency } from "./inverse-frequency.ts";

export interface SimilarText {
  /** The position of the text in the table, from 0. */
  readonly row: number;
  /** The cosine, 0 … 1. */
  readonly score: number;
}

export class TextIndex {
  readonly size: number;
  readonly #counts: CsrMatrix;
  readonly #index: CosineIndex;
  readonly #scores: Float32Array;

  /** @param wordsOf The words of a text, each as often as it occurs. */
  static build(texts: Iterable<string>, wordsOf: (text: string) => readonly string[]): TextIndex {
    const vocabulary = new Map<string, number>();
    const [indptr, indices, values] = [[0], [] as number[], [] as number[]];
    for (const text of texts) {
      const counts = new Map<number, number>();
      for (const word of wordsOf(text)) {
        const feature = vocabulary.get(word) ?? vocabulary.size;
        vocabulary.set(word, feature);
        counts.set(feature, (counts.get(feature) ?? 0) + 1);
      }
      for (const [feature, count] of [...counts].sort(([a], [b]) => a - b)) {
        indices.push(feature);
        values.push(count);
      }
      indptr.push(indices.length);
    }
    return new TextIndex({
      ...{ rowCount: indptr.length - 1, columnCount: vocabulary.size, indptr: Uint32Array.from(indptr) },
      ...{ indices: Uint32Array.from(indices), values: Float32Array.from(values) },
    });
  }

  /** Restores what `sections` wrote. Throws `BAD_ARTIFACT`. */
  static restore(sections: readonly Section[], prefix: string): TextIndex {
    const [indptr, indices] = ["indptr", "words"].map((name) =>
      sectionOf({ sections }, `${prefix}.${name}`, Uint32Array),
    ) as [Uint32Array, Uint32Array];
    const values = sectionOf({ sections }, `${prefix}.counts`, Float32Array);
    const columnCount = indices.reduce((most, word) => Math.max(most, word + 1), 0);
    requireCompressedRows(prefix, indptr, indices, columnCount);
    if (values.length !== indices.length || !values.every((count) => count > 0 && Number.isFinite(count))) {
      throw new EngineError("BAD_ARTIFACT", `The counts of words of "${prefix}" are damaged.`);
    }
    return new TextIndex({ rowCount: indptr.length - 1, columnCount, indptr, indices, values });
  }

  /** @param counts Texts × words. */
  private constructor(counts: CsrMatrix) {
    this.size = counts.rowCount;
    this.#counts = counts;
    this.#index = CosineIndex.of({ rows: counts, weights: inverseFrequencies(counts) });
    this.#scores = new Float32Array(counts.rowCount);
  }

  /**
   * The texts that are most like one of the table, best first; of equal ones the earlier first. Texts without a common word come
   * last, so there are `count` of them, or all others.
   */
  similarTo(row: number, count: number): SimilarText[] {
    if (!(row >= 0 && row < this.size)) throw new RangeError(`No text ${row} among ${this.size}.`);
    this.#index.begin();
    this.#index.addItem(row, 1);
    this.#index.scoreInto(this.#scores);
    this.#scores[row] = Number.NEGATIVE_INFINITY;
    const best = new Uint32Array(Math.min(count, this.size));
    const found = topKInto(this.#scores, best.length, best);
    return Array.from(best.subarray(0, found), (at) => ({ row: at, score: this.#scores[at] as number }));
  }

  /** @param prefix The beginning of all names. */
  sections(prefix: string): Section[] {
    const { indptr, indices, values } = this.#counts;
    return [
      { name: `${prefix}.indptr`, data: indptr },
      { name: `${prefix}.words`, data: indices },
      { name: `${prefix}.counts`, data: values },
    ];
  }
}

function inverseFrequencies({ rowCount, columnCount, indices }: CsrMatrix): Float64Array {
  const rowsOf = new Float64Array(columnCount);
  for (const feature of indices) rowsOf[feature] = (rowsOf[feature] as number) + 1;
  return rowsOf.map((rows) => inverseFrequency(rowCount, rows));
}
