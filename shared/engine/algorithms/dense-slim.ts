import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { type F32Buffer, paddedDim, type SparseRows } from "../kernels/kernels.ts";
import type { Algorithm, FitInput, FitTask, Model } from "./algorithm.ts";
import { DenseInverse } from "./dense-inverse.ts";
import {
  DenseSimilarityModel,
  decodeDenseSimilarityModel,
  MAX_DENSE_ITEMS,
} from "./dense-similarity-model.ts";
import { Factors } from "./factors.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { allocSparseRows, createRowSlice, freeSparseRows, type RowSlice } from "./row-slice.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";

const PROGRESS = "dense-slim.progress";
const MATRIX = "dense-slim.matrix";
const PANELS = "dense-slim.panels";
/** Entry updates of XᵀX in one step; a row visits every interaction of everyone who has the item. */
const UPDATES_PER_STEP = 1_500_000;
/** Entries scaled in one step. */
const ENTRIES_PER_STEP = 2_000_000;

interface Ridge {
  readonly reg: number;
  /** Share of an item's own Σ x² that is added to its diagonal. */
  readonly diagonalShare: number;
}

/** EASE (Steck 2019): with C = (XᵀX + reg·I)⁻¹, B[i, j] = −C[i, j] / C[j, j] and a zero diagonal. Exact and dense. */
export const denseSlim: Algorithm = denseAlgorithm("DenseSLIM", (raw) => {
  return { reg: requireParams("DenseSLIM", raw).reg, diagonalShare: 0 };
});

/** EDLAE (Steck 2020): EASE whose ridge grows by p / (1 − p) · Σ x² of each item, as if inputs were dropped with chance p. */
export const edlae: Algorithm = denseAlgorithm("EDLAE", (raw) => {
  const { reg, dropout_p: dropout } = requireParams("EDLAE", raw);
  return { reg, diagonalShare: dropout / (1 - dropout) };
});

function denseAlgorithm(name: "DenseSLIM" | "EDLAE", ridgeOf: (raw: AlgorithmParams) => Ridge): Algorithm {
  return {
    name,
    begin: (input, params) => new DenseSlimFit(name, input, ridgeOf(params)),
    resume: (input, params, checkpoint) => new DenseSlimFit(name, input, ridgeOf(params), checkpoint),
    decode: (sections, kernels) => decodeDenseSimilarityModel(name, sections, kernels),
  };
}

class DenseSlimFit implements FitTask {
  readonly epoch = 0;
  readonly #name: "DenseSLIM" | "EDLAE";
  readonly #input: FitInput;
  readonly #ridge: Ridge;
  readonly #size: number;
  /** Padded to size × size while it is inverted; the model takes the itemCount rows it needs. */
  readonly #matrix: Factors;
  readonly #inverse: DenseInverse;
  readonly #userItems: SparseRows;
  readonly #sources: RowSlice;
  readonly #row: F32Buffer;
  #gramRow = 0;
  #scaledRow = 0;
  #factors: Float64Array | null = null;
  #isDone = false;
  #isDisposed = false;

  constructor(name: "DenseSLIM" | "EDLAE", input: FitInput, ridge: Ridge, checkpoint?: readonly Section[]) {
    requireInteractions(input);
    const { kernels, userItems } = input;
    const itemCount = userItems.columnCount;
    if (itemCount > MAX_DENSE_ITEMS) {
      throw new EngineError(
        "UNSUPPORTED",
        `${name} takes ${MAX_DENSE_ITEMS} items at most, not ${itemCount}.`,
      );
    }
    this.#name = name;
    this.#input = input;
    this.#ridge = ridge;
    this.#size = paddedDim(itemCount);
    const resumed = checkpoint ? readCheckpoint(checkpoint, this.#size) : null;
    this.#matrix = new Factors(kernels, itemCount, itemCount, this.#size, this.#size);
    this.#inverse = new DenseInverse(kernels, this.#matrix.buffer, this.#size);
    this.#userItems = allocSparseRows(kernels, userItems);
    this.#sources = createRowSlice(kernels);
    this.#row = kernels.allocF32(itemCount);
    if (resumed) this.#resume(resumed);
  }

  get done(): boolean {
    return this.#isDone;
  }

  get progress(): number {
    if (this.#isDone) return 1;
    // Counting is cheap beside inverting; the last step only scales.
    return (
      0.1 * (this.#gramRow / this.#itemCount) +
      0.85 * this.#inverse.progress +
      0.04 * (this.#scaledRow / this.#itemCount)
    );
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.#isDone) return;
    if (this.#gramRow < this.#itemCount) this.#addGramRows();
    else if (!this.#inverse.done) this.#invert();
    else this.#scale();
  }

  checkpoint(): Section[] {
    const { pivot, row } = this.#inverse.position;
    return [
      {
        name: PROGRESS,
        data: Float64Array.of(this.#gramRow, pivot, row, this.#scaledRow, this.#isDone ? 1 : 0),
      },
      { name: MATRIX, data: this.#matrix.buffer.view.slice() },
      { name: PANELS, data: this.#inverse.panels.slice() },
    ];
  }

  model(): Model {
    if (!this.#isDone) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return new DenseSimilarityModel(this.#name, this.#input.kernels, this.#itemCount, this.#matrix.hold());
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#matrix.release();
    this.#inverse.free();
    freeSparseRows(this.#userItems);
    this.#sources.free();
    this.#row.free();
  }

  /** Adds rows of XᵀX: row i is the sum of the rows of everyone who has item i, by their weight. */
  #addGramRows(): void {
    const { kernels, itemUsers, userItems } = this.#input;
    const size = this.#size;
    for (let updates = 0; this.#gramRow < this.#itemCount && updates < UPDATES_PER_STEP; this.#gramRow++) {
      const item = this.#gramRow;
      this.#sources.load(itemUsers, itemUsers.values, item, item + 1);
      const count = (itemUsers.indptr[item + 1] as number) - (itemUsers.indptr[item] as number);
      const { indices: rowIndices, values: rowWeights } = this.#sources.rows;
      const columnCount = this.#itemCount;
      const matrix = this.#userItems;
      kernels.scoreSparseInto({ matrix, columnCount, rowIndices, rowWeights, count, out: this.#row });
      this.#matrix.buffer.view.set(this.#row.view, item * size);
      updates += columnCount;
      for (let at = itemUsers.indptr[item] as number; at < (itemUsers.indptr[item + 1] as number); at++) {
        const user = itemUsers.indices[at] as number;
        updates += (userItems.indptr[user + 1] as number) - (userItems.indptr[user] as number);
      }
    }
    if (this.#gramRow === this.#itemCount) this.#addRidge();
  }

  #addRidge(): void {
    const size = this.#size;
    const { reg, diagonalShare } = this.#ridge;
    const matrix = this.#matrix.buffer.view;
    for (let item = 0; item < this.#itemCount; item++) {
      const own = matrix[item * size + item] as number;
      matrix[item * size + item] = own * (1 + diagonalShare) + reg;
    }
    for (let padding = this.#itemCount; padding < size; padding++) matrix[padding * size + padding] = 1;
  }

  #invert(): void {
    if (this.#inverse.step()) return;
    throw new EngineError("SINGULAR", `${this.#name} cannot invert its matrix with reg ${this.#ridge.reg}.`);
  }

  /** Divides columns by their diagonal entries, some rows a step; the diagonal goes last, as all rows need it. */
  #scale(): void {
    const size = this.#size;
    const matrix = this.#matrix.buffer.view;
    this.#factors ??= Float64Array.from({ length: size }, (_, at) => -1 / (matrix[at * size + at] as number));
    const factors = this.#factors;
    const last = Math.min(this.#itemCount, this.#scaledRow + Math.ceil(ENTRIES_PER_STEP / size));
    for (let row = this.#scaledRow; row < last; row++) {
      const diagonal = matrix[row * size + row] as number;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        matrix[at] = (matrix[at] as number) * (factors[column] as number);
      }
      matrix[row * size + row] = diagonal;
    }
    this.#scaledRow = last;
    if (last < this.#itemCount) return;
    for (let row = 0; row < this.#itemCount; row++) matrix[row * size + row] = 0;
    this.#isDone = true;
  }

  #resume({ gramRow, pivot, row, scaledRow, isDone, matrix, panels }: Checkpoint): void {
    this.#gramRow = gramRow;
    this.#scaledRow = scaledRow;
    this.#isDone = isDone;
    this.#matrix.buffer.view.set(matrix);
    this.#inverse.resume({ pivot, row }, panels);
  }
}

interface Checkpoint {
  readonly gramRow: number;
  readonly pivot: number;
  readonly row: number;
  readonly scaledRow: number;
  readonly isDone: boolean;
  readonly matrix: Float32Array;
  readonly panels: Float32Array;
}

function readCheckpoint(sections: readonly Section[], size: number): Checkpoint {
  const progress = requireSection(sections, PROGRESS, Float64Array, 5);
  const matrix = requireSection(sections, MATRIX, Float32Array, size * size);
  const panels = requireSection(sections, PANELS, Float32Array, null);
  requireFinite(MATRIX, matrix);
  return {
    gramRow: requireCount(progress, 0, 0, size),
    pivot: requireCount(progress, 1, 0, size),
    row: requireCount(progress, 2, 0, size),
    scaledRow: requireCount(progress, 3, 0, size),
    isDone: requireCount(progress, 4, 0, 1) === 1,
    matrix,
    panels,
  };
}
