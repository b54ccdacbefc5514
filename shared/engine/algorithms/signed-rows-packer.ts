import type { NeighbourColumns } from "./neighbour-columns.ts";
import { PackedRowsWriter } from "./packed-rows-writer.ts";
import type { SignedRows } from "./signed-rows.ts";

/** Entries read in one step: about 5 ms. */
const ENTRIES_PER_STEP = 200_000;

/** Packs weights that stand in the order of `columns` into rows by source, some targets a step: once to measure, once to write. */
export class SignedRowsPacker {
  readonly #columns: NeighbourColumns;
  readonly #weights: Float32Array;
  readonly #positive: PackedRowsWriter;
  readonly #negative: PackedRowsWriter;
  #writers: Record<"positive" | "negative", ReturnType<PackedRowsWriter["open"]>> | null = null;
  #nextTarget = 0;

  constructor(columns: NeighbourColumns, weights: Float32Array) {
    const itemCount = columns.itemCount;
    this.#columns = columns;
    this.#weights = weights;
    this.#positive = new PackedRowsWriter(itemCount, itemCount);
    this.#negative = new PackedRowsWriter(itemCount, itemCount);
  }

  /** The rows once all is written, null before. */
  get result(): SignedRows | null {
    if (this.#writers === null || this.#nextTarget < this.#columns.itemCount) return null;
    return { positive: this.#writers.positive.rows, negative: this.#writers.negative.rows };
  }

  step(): void {
    const { itemCount, starts } = this.#columns;
    const writers = this.#writers;
    const limit = (starts[this.#nextTarget] as number) + ENTRIES_PER_STEP;
    while (this.#nextTarget < itemCount && (starts[this.#nextTarget] as number) < limit) {
      const target = this.#nextTarget++;
      if (writers === null) this.#forEachEntry(target, (source, value) => this.#measure(source, value));
      else {
        this.#forEachEntry(target, (source, value) => {
          if (value > 0) writers.positive.write(source, target, value);
          else writers.negative.write(source, target, -value);
        });
      }
    }
    if (writers !== null || this.#nextTarget < itemCount) return;
    this.#writers = { positive: this.#positive.open(), negative: this.#negative.open() };
    this.#nextTarget = 0;
  }

  #measure(source: number, value: number): void {
    if (value > 0) this.#positive.measure(source, value);
    else this.#negative.measure(source, -value);
  }

  /** Weights of 0 are no entries. */
  #forEachEntry(target: number, visit: (source: number, value: number) => void): void {
    const { starts, sources } = this.#columns;
    for (let at = starts[target] as number; at < (starts[target + 1] as number); at++) {
      const value = this.#weights[at] as number;
      if (value !== 0) visit(sources[at] as number, value);
    }
  }
}
