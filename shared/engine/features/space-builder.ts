import type { FeatureColumn } from "#contract/feature-columns.ts";
import { SILENT_TYPES } from "#contract/feature-types.ts";
import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import type { FeatureRow } from "./feature-row.ts";
import {
  type FeatureBlock,
  type FeatureSpace,
  type KeyBlock,
  keysOf,
  type ScaleBlock,
  scaleValue,
  sizeOfBlock,
  type VectorBlock,
} from "./feature-space.ts";
import { directionOf } from "./read-vector.ts";

/** A key of fewer rows says nothing about other rows. */
const MIN_ROWS = 2;
/** A pair of tags of fewer rows is left out. */
const MIN_PAIR_ROWS = 5;
/** More tags than this have no pairs: there would be too many. */
const MOST_PAIRED = 64;
/** The most frequent keys of a block. */
const MOST_KEYS = 20_000;
const MOST_BINS = { number: 10, date: 15 };

/**
 * Learns a feature space: `add` every row, then `finish`. Neither the order of rows nor the order of columns changes the result.
 */
export class FeatureSpaceBuilder {
  readonly #groups: readonly Group[];
  #rowCount = 0;

  /** @param columns Their names are different; those that add nothing may be among them. */
  constructor(columns: readonly FeatureColumn[]) {
    this.#groups = groupsOf(columns);
  }

  add(row: FeatureRow): void {
    this.#rowCount++;
    for (const group of this.#groups) group.add(row);
  }

  finish(): FeatureSpace {
    const blocks = this.#groups.flatMap((group) => group.finish(this.#rowCount));
    return { blocks, size: blocks.reduce((sum, block) => sum + sizeOfBlock(block), 0) };
  }
}

interface Group {
  add(row: FeatureRow): void;
  /** Nothing if no row has a value that counts. */
  finish(rowCount: number): FeatureBlock[];
}

/** A group for each column by name; all flags are one group, as they are tags of one kind. */
function groupsOf(columns: readonly FeatureColumn[]): Group[] {
  const used = columns.filter(({ type }) => type === "vector" || !SILENT_TYPES.includes(type));
  const sorted = used.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const flags = sorted.filter(({ type }) => type === "flag");
  const groups: Group[] = flags.length > 0 ? [new KeyGroup(flags)] : [];
  for (const column of sorted) {
    if (column.type === "vector") groups.push(new VectorGroup(column));
    else if (column.type === "number" || column.type === "date") groups.push(new ScaleGroup(column));
    else if (column.type !== "flag") groups.push(new KeyGroup([column]));
  }
  return groups;
}

class KeyGroup implements Group {
  readonly #columns: readonly FeatureColumn[];
  readonly #mayPair: boolean;
  readonly #rowsOf = new Map<string, number>();
  readonly #pairRowsOf = new Map<string, number>();

  constructor(columns: readonly FeatureColumn[]) {
    this.#columns = columns;
    this.#mayPair = columns.some(({ type }) => type === "flag" || type === "tags");
  }

  add(row: FeatureRow): void {
    const single = keysOf(this.#columns, row, false);
    for (const key of single.keys()) count(this.#rowsOf, key);
    // Whether pairs are features is known at the end; counting those of many tags would take too long.
    if (!this.#mayPair || this.#rowsOf.size > MOST_PAIRED || single.size > MOST_PAIRED) return;
    for (const key of keysOf(this.#columns, row, true).keys()) {
      if (!single.has(key)) count(this.#pairRowsOf, key);
    }
  }

  finish(rowCount: number): KeyBlock[] {
    const hasPairs = this.#mayPair && this.#rowsOf.size <= MOST_PAIRED;
    const known = [...this.#rowsOf].filter(([, rows]) => rows >= MIN_ROWS);
    const pairs = hasPairs ? [...this.#pairRowsOf].filter(([, rows]) => rows >= MIN_PAIR_ROWS) : [];
    const kept = [...known, ...pairs].sort(mostFrequentFirst).slice(0, MOST_KEYS);
    if (kept.length === 0) return [];
    const idf = Float32Array.from(kept, ([, rows]) => 1 + Math.log((1 + rowCount) / (1 + rows)));
    return [{ kind: "keys", columns: this.#columns, keys: idMapOfKeys(kept), idf, hasPairs }];
  }
}

class ScaleGroup implements Group {
  readonly #column: FeatureColumn & { readonly type: "number" | "date" };
  readonly #values: number[] = [];

  constructor(column: FeatureColumn) {
    this.#column = column as FeatureColumn & { readonly type: "number" | "date" };
  }

  add(row: FeatureRow): void {
    const value = scaleValue(this.#column, row);
    if (!Number.isNaN(value)) this.#values.push(value);
  }

  finish(): ScaleBlock[] {
    // In order, so that sums are the same for any order of rows.
    const sorted = Float64Array.from(this.#values).sort();
    const count = sorted.length;
    if (count === 0) return [];
    const mean = sorted.reduce((sum, value) => sum + value / count, 0);
    const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2 / count, 0);
    const centres = centresOf(sorted, MOST_BINS[this.#column.type]);
    // A column of one value, or of values too large to square, has no deviation.
    const deviation = variance > 0 && Number.isFinite(variance) ? Math.sqrt(variance) : 1;
    return [{ kind: "scale", columns: [this.#column], mean, deviation, centres }];
  }
}

class VectorGroup implements Group {
  readonly #column: FeatureColumn;
  readonly #rowsOf = new Map<number, number>();

  constructor(column: FeatureColumn) {
    this.#column = column;
  }

  add(row: FeatureRow): void {
    const width = directionOf(row[this.#column.name])?.length;
    if (width !== undefined) this.#rowsOf.set(width, (this.#rowsOf.get(width) ?? 0) + 1);
  }

  /** Most vectors have the same length; of lengths as frequent the shorter one. */
  finish(): VectorBlock[] {
    const [usual] = [...this.#rowsOf].sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || a - b);
    return usual ? [{ kind: "vector", columns: [this.#column], width: usual[0] }] : [];
  }
}

/** The values in the middle of equal parts of the sorted ones, without repeats. */
function centresOf(sorted: Float64Array, most: number): Float64Array {
  const at = (bin: number) => sorted[Math.floor(((bin + 0.5) / most) * sorted.length)] as number;
  return Float64Array.from(new Set(Array.from({ length: most }, (_, bin) => at(bin))));
}

function idMapOfKeys(kept: readonly (readonly [string, number])[]): IdMap {
  const builder = new IdMapBuilder();
  for (const [key] of kept) builder.intern(key);
  return builder.finish();
}

function mostFrequentFirst(
  [a, rowsOfA]: readonly [string, number],
  [b, rowsOfB]: readonly [string, number],
): number {
  return rowsOfB - rowsOfA || (a < b ? -1 : 1);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
