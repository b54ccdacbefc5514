import type { FeatureMatrix, FeatureRange } from "../../data/side-features.ts";
import { overRows, type Steps } from "../../in-steps.ts";
import type { ContentConfig } from "./content-config.ts";
import { inverseFrequency } from "./inverse-frequency.ts";
import { relativeCountsInto } from "./relative-counts.ts";
import type { ContentColumns } from "./row-weigher.ts";

/** Entries visited between two yields: some milliseconds. */
const ENTRIES_PER_STEP = 50_000;

/** The columns of a matrix; all features are labels of one where nothing is known of them. */
export function rangesOf({ layout, columnCount }: FeatureMatrix): readonly FeatureRange[] {
  if (layout) return layout;
  const all = { kind: "tags", column: "", from: 0, to: columnCount } as const;
  return [{ ...all, keys: null, idf: null, isPair: null }];
}

/** Learns from all rows how rare each feature is, and how long columns are. */
export function* learnColumns(items: FeatureMatrix, config: ContentConfig): Steps<ContentColumns> {
  const ranges = rangesOf(items);
  const wordIdf = new Float32Array(items.columnCount);
  for (const { idf, from } of ranges) if (idf) wordIdf.set(idf, from);
  const counts = new ColumnCounts(items, ranges, wordIdf);
  yield* overRows(items, (from, to) => counts.add(from, to), ENTRIES_PER_STEP);
  return {
    ranges: ranges.map(({ kind, from, to }, at) => ({ kind, from, to, meanLength: counts.meanLength(at) })),
    wordIdf,
    idf: idfOf(ranges, counts, config),
  };
}

class ColumnCounts {
  /** By feature. */
  readonly rowsOf: Float64Array;
  /** Rows that have any feature. */
  described = 0;
  readonly #items: FeatureMatrix;
  readonly #ranges: readonly FeatureRange[];
  readonly #wordIdf: Float32Array;
  readonly #lengths: Float64Array;
  readonly #rows: Float64Array;

  constructor(items: FeatureMatrix, ranges: readonly FeatureRange[], wordIdf: Float32Array) {
    this.#items = items;
    this.#ranges = ranges;
    this.#wordIdf = wordIdf;
    this.rowsOf = new Float64Array(items.columnCount);
    this.#lengths = new Float64Array(ranges.length);
    this.#rows = new Float64Array(ranges.length);
  }

  meanLength(range: number): number {
    return Math.max(1, (this.#lengths[range] as number) / Math.max(1, this.#rows[range] as number));
  }

  add(fromRow: number, toRow: number): void {
    const { indptr } = this.#items;
    for (let row = fromRow; row < toRow; row++) {
      const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
      if (to > from) this.described++;
      this.#addRow(from, to);
    }
  }

  #addRow(from: number, to: number): void {
    const { indices, values } = this.#items;
    for (let at = from, range = 0; at < to; range++) {
      const end = (this.#ranges[range] as FeatureRange).to;
      const start = at;
      for (; at < to && (indices[at] as number) < end; at++) {
        const feature = indices[at] as number;
        this.rowsOf[feature] = (this.rowsOf[feature] as number) + 1;
      }
      if (at > start)
        this.#addLength(range, { indices: indices.subarray(start, at), values: values.subarray(start, at) });
    }
  }

  #addLength(range: number, column: { indices: Uint32Array; values: Float32Array }): void {
    const length = relativeCountsInto(this.#wordIdf, column, new Float32Array(column.indices.length));
    this.#lengths[range] = (this.#lengths[range] as number) + length;
    this.#rows[range] = (this.#rows[range] as number) + 1;
  }
}

/** 0 for words that are too frequent, and for words and labels that are too rare. Numbers and dates count alike. */
function idfOf(
  ranges: readonly FeatureRange[],
  { rowsOf, described }: ColumnCounts,
  { weighting, maxShare, minRows, pairWeight }: ContentConfig,
): Float64Array {
  const idf = new Float64Array(rowsOf.length);
  for (const { kind, from, to, isPair } of ranges) {
    const isScale = kind === "number" || kind === "date";
    const most = kind === "title" || kind === "text" ? maxShare * described : Number.POSITIVE_INFINITY;
    for (let feature = from; feature < to; feature++) {
      const rows = rowsOf[feature] as number;
      if (rows === 0 || (!isScale && (rows < minRows || rows > most))) continue;
      const rarity = weighting.scheme === "NONE" || isScale ? 1 : inverseFrequency(described, rows);
      idf[feature] = rarity * (isPair?.[feature - from] === 1 ? pairWeight : 1);
    }
  }
  return idf;
}
