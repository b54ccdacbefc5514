import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import type { FitInput, FitTask, Model } from "./algorithm.ts";
import {
  joinPackedRows,
  type PackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "./packed-rows.ts";
import { requireCount, requireSection } from "./sections.ts";
import { type RowRule, SimilarityRows } from "./similarity-rows.ts";

const PROGRESS = "packed-similarity.progress";
const ROWS = "packed-similarity";

export interface PackedRule extends RowRule {
  /** Makes the model of all rows; it may keep them, nobody writes to them afterwards. */
  readonly createModel: (rows: PackedRows) => Model;
}

/** Fits an item-to-item matrix row by row, each packed as soon as it is known, so that the fit needs little more than its result. */
export class PackedSimilarityFit implements FitTask {
  readonly epoch = 0;
  readonly #rule: PackedRule;
  readonly #rows: SimilarityRows;
  #parts: PackedRows[] = [];
  #nextItem = 0;

  constructor(input: FitInput, rule: PackedRule, checkpoint?: readonly Section[]) {
    this.#rule = rule;
    this.#rows = new SimilarityRows(input, rule);
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#nextItem === this.#itemCount;
  }

  get progress(): number {
    return this.#nextItem / this.#itemCount;
  }

  get #itemCount(): number {
    return this.#rows.itemCount;
  }

  step(): void {
    if (this.done) return;
    const from = this.#nextItem;
    const to = this.#rows.endOfStep(from);
    this.#parts.push(packNeighbours(this.#rows.compute(from, to), this.#itemCount));
    this.#nextItem = to;
    if (!this.done) return;
    this.#parts = [joinPackedRows(this.#parts, this.#itemCount)];
    this.#rows.free();
  }

  checkpoint(): Section[] {
    const rows = joinPackedRows(this.#parts, this.#itemCount);
    return [{ name: PROGRESS, data: Float64Array.of(this.#nextItem) }, ...packedSections(rows, ROWS)];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return this.#rule.createModel(joinPackedRows(this.#parts, this.#itemCount));
  }

  dispose(): void {
    this.#rows.free();
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    this.#nextItem = requireCount(progress, 0, 0, this.#itemCount);
    this.#parts.push(requirePackedRows(checkpoint, ROWS, this.#nextItem, this.#itemCount));
  }
}
