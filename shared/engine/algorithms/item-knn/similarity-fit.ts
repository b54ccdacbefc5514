import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import type { SparseRows } from "../../kernels/kernels.ts";
import type { FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { requireCompressedRows, requireCount, requireSection } from "../fit/sections.ts";
import { allocSparseRows } from "../item-matrix/row-slice.ts";
import { SharedRows } from "../item-matrix/shared-rows.ts";
import { fillModelRows, type KeptRows, type RowLayout, startsOf } from "./kept-rows.ts";
import { sharedSimilarityModel } from "./similarity-model.ts";
import { type RowRule, SimilarityRows } from "./similarity-rows.ts";

/** Added to a denominator so that it is never zero; irspack's value. */
export const QUOTIENT_FLOOR = 1e-6;

/** Kept rows are the model. */
export const PLAIN_LAYOUT: RowLayout = { isTransposed: false, isNormalized: false };

const PROGRESS = "similarity.progress";
const COUNTS = "similarity.counts";
const INDICES = "similarity.indices";
const VALUES = "similarity.values";

/** The difference between one item-to-item method and another. */
export interface SimilarityPlan {
  readonly algorithm: AlgorithmName;
  /** Optional: how to make the model's matrix from the kept rows, if it is not those rows themselves. */
  readonly layout?: RowLayout;
  /** Optional: what was taken from the data, which goes into checkpoints. */
  readonly chosen?: Section;
  /** Weighs the interactions, in the fit's first steps. */
  readonly prepare: () => Steps<RowRule>;
}

/**
 * Fits W[i, j] = finish(Σ_u source(u, i) · target(u, j)) row by row. Each row i keeps its topK largest entries without
 * the diagonal (ties: the lower column). See `SimilarityRows`. The last steps write the model's matrix.
 */
export class SimilarityFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #plan: SimilarityPlan;
  #kept: KeptRows[] = [];
  #preparation: Steps<RowRule> | null = null;
  #rows: SimilarityRows | null = null;
  #filling: Steps<SparseRows> | null = null;
  #matrix: SharedRows | null = null;
  #nextItem = 0;
  #isDone = false;

  constructor(input: FitInput, plan: SimilarityPlan, checkpoint?: readonly Section[]) {
    this.#input = input;
    this.#plan = plan;
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#isDone;
  }

  get progress(): number {
    return this.#nextItem / this.#itemCount;
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    if (this.#nextItem === this.#itemCount) this.#fill();
    else if (this.#rows === null) this.#prepare();
    else this.#computeRows(this.#rows);
  }

  /** Before the model's matrix is complete: the kept rows; then the matrix itself. */
  checkpoint(): Section[] {
    const matrix = this.#matrix?.rows;
    const kept = matrix ? copyOf(matrix) : joinRows(this.#kept);
    const { chosen } = this.#plan;
    return [
      ...(chosen ? [chosen] : []),
      { name: PROGRESS, data: Float64Array.of(this.#nextItem, matrix ? 1 : 0) },
      { name: COUNTS, data: kept.counts },
      { name: INDICES, data: kept.indices },
      { name: VALUES, data: kept.values },
    ];
  }

  model(): Model {
    if (this.#matrix === null)
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return sharedSimilarityModel(this.#plan.algorithm, this.#input.kernels, this.#matrix.hold());
  }

  dispose(): void {
    this.#filling?.return(undefined as never);
    this.#filling = null;
    this.#rows?.free();
    this.#matrix?.release();
    this.#matrix = null;
  }

  #prepare(): void {
    this.#preparation ??= this.#plan.prepare();
    const step = this.#preparation.next();
    if (!step.done) return;
    this.#rows = new SimilarityRows(this.#input, step.value);
    this.#rows.open();
  }

  #computeRows(source: SimilarityRows): void {
    const from = this.#nextItem;
    const to = source.endOfStep(from);
    const rows = source.compute(from, to);
    const counts = Uint32Array.from(rows, ({ indices }) => indices.length);
    this.#kept.push({ counts, ...concatenate(rows) });
    this.#nextItem = to;
    if (to === this.#itemCount) source.free();
  }

  #fill(): void {
    const { layout = PLAIN_LAYOUT } = this.#plan;
    this.#filling ??= fillModelRows(this.#input.kernels, this.#kept, this.#itemCount, layout);
    const step = this.#filling.next();
    if (!step.done) return;
    this.#filling = null;
    this.#matrix = new SharedRows(step.value);
    this.#isDone = true;
    this.#kept = [];
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 2);
    this.#nextItem = requireCount(progress, 0, 0, this.#itemCount);
    const isFilled = requireCount(progress, 1, 0, 1) === 1;
    const rowCount = isFilled ? this.#itemCount : this.#nextItem;
    const counts = requireSection(checkpoint, COUNTS, Uint32Array, rowCount);
    const indices = requireSection(checkpoint, INDICES, Uint32Array, null);
    const values = requireSection(checkpoint, VALUES, Float32Array, indices.length);
    const indptr = startsOf(counts);
    requireCompressedRows(INDICES, indptr, indices, this.#itemCount);
    if (isFilled) {
      this.#isDone = true;
      this.#matrix = new SharedRows(allocSparseRows(this.#input.kernels, { indptr, indices, values }));
    } else {
      this.#kept.push({ counts, indices, values });
    }
  }
}

function copyOf({ indptr, indices, values }: SparseRows): KeptRows {
  const starts = indptr.view;
  const counts = Uint32Array.from(
    { length: starts.length - 1 },
    (_, row) => (starts[row + 1] as number) - (starts[row] as number),
  );
  return { counts, indices: indices.view.slice(), values: values.view.slice() };
}

function joinRows(parts: readonly KeptRows[]): KeptRows {
  const counts = new Uint32Array(parts.reduce((sum, part) => sum + part.counts.length, 0));
  let at = 0;
  for (const part of parts) {
    counts.set(part.counts, at);
    at += part.counts.length;
  }
  return { counts, ...concatenate(parts) };
}

function concatenate(parts: readonly { readonly indices: Uint32Array; readonly values: Float32Array }[]): {
  indices: Uint32Array;
  values: Float32Array;
} {
  const length = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const indices = new Uint32Array(length);
  const values = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    indices.set(part.indices, at);
    values.set(part.values, at);
    at += part.indices.length;
  }
  return { indices, values };
}
