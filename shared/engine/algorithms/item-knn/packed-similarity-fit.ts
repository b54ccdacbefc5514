import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import type { FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import type { NeighbourRow } from "../item-matrix/neighbour-row.ts";
import {
  joinPackedRows,
  type PackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";

const PROGRESS = "packed-similarity.progress";
const ROWS = "packed-similarity";

/** Finds the rows of an item-to-item matrix one after another. Values are not negative. */
export interface RowSource {
  /** The end of a range of items from `from` on that is about 5 ms of work. */
  endOfStep(from: number): number;
  /** Takes the kernel memory. */
  open(): void;
  /** The rows of items from … to, which must rise from call to call: each item is computed at most once. */
  compute(from: number, to: number): NeighbourRow[];
  /** Gives back the kernel memory. Idempotent. */
  free(): void;
}

export interface PackedPlan {
  /** Looks through the interactions, in the fit's first steps. */
  readonly prepare: () => Steps<RowSource>;
  /** Makes the model of all rows; it may keep them, nobody writes to them afterwards. */
  readonly createModel: (rows: PackedRows) => Model;
}

/** Fits an item-to-item matrix row by row, each packed at once, so that the fit needs little more memory than its result. */
export class PackedSimilarityFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #plan: PackedPlan;
  #preparation: Steps<RowSource> | null = null;
  #rows: RowSource | null = null;
  #parts: PackedRows[] = [];
  #joined: PackedRows | null = null;
  #nextItem = 0;
  #isJoined = false;

  constructor(input: FitInput, plan: PackedPlan, checkpoint?: readonly Section[]) {
    this.#input = input;
    this.#plan = plan;
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#isJoined;
  }

  get progress(): number {
    return this.#nextItem / this.#itemCount;
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    if (this.#nextItem === this.#itemCount) this.#join();
    else if (this.#rows === null) this.#prepare();
    else this.#computeRows(this.#rows);
  }

  checkpoint(): Section[] {
    const rows = joinPackedRows(this.#parts, this.#itemCount);
    return [
      { name: PROGRESS, data: Float64Array.of(this.#nextItem) },
      ...packedSections(rows, ROWS, { isLast: true }),
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return this.#plan.createModel(joinPackedRows(this.#parts, this.#itemCount));
  }

  dispose(): void {
    this.#rows?.free();
    this.#rows = null;
    this.#preparation = null;
    this.#parts = [];
    this.#joined = null;
  }

  #prepare(): void {
    this.#preparation ??= this.#plan.prepare();
    const step = this.#preparation.next();
    if (!step.done) return;
    this.#rows = step.value;
    this.#rows.open();
  }

  #computeRows(rows: RowSource): void {
    const from = this.#nextItem;
    const to = rows.endOfStep(from);
    this.#parts.push(packNeighbours(rows.compute(from, to), this.#itemCount));
    this.#nextItem = to;
    if (to < this.#itemCount) return;
    rows.free();
    // The weights of the interactions are not needed to join the rows.
    this.#rows = null;
    this.#preparation = null;
  }

  /** The parts are freed in the step after they were copied. */
  #join(): void {
    if (this.#joined === null) {
      this.#joined = joinPackedRows(this.#parts, this.#itemCount);
      return;
    }
    this.#parts = [this.#joined];
    this.#isJoined = true;
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    this.#nextItem = requireCount(progress, 0, 0, this.#itemCount);
    this.#parts.push(requirePackedRows(checkpoint, ROWS, this.#nextItem, this.#itemCount));
  }
}
