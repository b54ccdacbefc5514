import { MAX_DENSE_ITEMS } from "#contract/algorithms/common-params.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import { DIM_MULTIPLE, type F32Buffer, paddedDim, type U32Buffer } from "../../kernels/kernels.ts";
import { Factors } from "../factor-store/factors.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { takeF32 } from "../fit/kernel-section.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { createRowSlice, type RowSlice } from "../item-matrix/row-slice.ts";
import type { DegreePowers } from "../weighting/degree-powers.ts";
import { DENSE_COST } from "./dense-cost.ts";
import { type Scaled, scaleForDense } from "./dense-interactions.ts";
import { createDenseSimilarityModel, decodeDenseSimilarityModel } from "./dense-similarity-model.ts";
import { DenseSweep } from "./dense-sweep.ts";

const PROGRESS = "dense-slim.progress";
const MATRIX = "dense-slim.matrix";
const PANELS = "dense-slim.panels";
/** Entry updates of XᵀX in one step; a row visits the later interactions of every user of the item. */
const UPDATES_PER_STEP = 1_000_000;
/** Entries mirrored in one step. */
const ENTRIES_PER_STEP = 200_000;

interface Settings extends DegreePowers {
  /** Share of an item's own Σ x² that is added to its diagonal. */
  readonly diagonalShare: number;
}

/**
 * EASE (Steck 2019) with the degree powers of `sparse-slim.ts`: with degrees d the sums of weights,
 * X[u, i] = weight_ui · d_u^−(b/2) · d_i^−a and C = (XᵀX + λI)⁻¹,
 *
 *   B[i, j] = −d_i^−a · C[i, j] / C[j, j] · d_j^c      and a zero diagonal. Exact and dense.
 *
 * λ is `reg` in units of the mean square of X against that of the weights. With all powers 0 this is EASE itself.
 */
export const denseSlim: Algorithm = denseAlgorithm("DenseSLIM", (raw) => {
  return { ...requireParams("DenseSLIM", raw), diagonalShare: 0 };
});

/** EDLAE (Steck 2020): EASE whose ridge grows by p / (1 − p) · Σ x² of each item, as if inputs were dropped with chance p. */
export const edlae: Algorithm = denseAlgorithm("EDLAE", (raw) => {
  const { dropout_p: dropout, ...powers } = requireParams("EDLAE", raw);
  return { ...powers, diagonalShare: dropout / (1 - dropout) };
});

function denseAlgorithm(
  name: "DenseSLIM" | "EDLAE",
  settingsOf: (raw: AlgorithmParams) => Settings,
): Algorithm {
  return {
    name,
    epochs: null,
    cost: DENSE_COST,
    planSearch: null,
    begin: (input, params) => new DenseSlimFit(name, input, settingsOf(params)),
    resume: (input, params, checkpoint) => new DenseSlimFit(name, input, settingsOf(params), checkpoint),
    kernelSections: [MATRIX],
    decode: (sections, kernels) => decodeDenseSimilarityModel(name, sections, kernels),
    storedUserRows: noUserRows,
  };
}

class DenseSlimFit implements FitTask {
  readonly epoch = 0;
  readonly #name: "DenseSLIM" | "EDLAE";
  readonly #input: FitInput;
  readonly #settings: Settings;
  readonly #size: number;
  /** Padded to size × size while it is inverted; the model takes the itemCount rows it needs. */
  readonly #matrix: Factors;
  readonly #sweep: DenseSweep;
  /** For each user, where the items from `#gramRow` on begin. */
  readonly #cursors: U32Buffer;
  readonly #sources: RowSlice;
  /** What the columns of −A⁻¹ are multiplied by to become B. */
  readonly #scales: F32Buffer;
  readonly #scaling: Steps<Scaled>;
  #scaled: Scaled | null = null;
  #gramRow = 0;
  #mirroredRow = 0;
  #isDisposed = false;

  constructor(
    name: "DenseSLIM" | "EDLAE",
    input: FitInput,
    settings: Settings,
    checkpoint?: readonly Section[],
  ) {
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
    this.#settings = settings;
    this.#size = paddedDim(itemCount);
    const resumed = checkpoint ? readCheckpoint(checkpoint, this.#size) : null;
    const matrix = checkpoint ? takeF32(kernels, checkpoint, MATRIX) : kernels.allocF32(this.#size ** 2);
    this.#matrix = new Factors(kernels, itemCount, itemCount, this.#size, matrix);
    this.#sweep = new DenseSweep(kernels, this.#matrix.buffer, this.#size);
    this.#cursors = kernels.allocU32(userItems.rowCount);
    this.#sources = createRowSlice(kernels);
    this.#scales = kernels.allocF32(this.#size);
    this.#scaling = scaleForDense(input, settings);
    if (resumed) this.#resume(resumed);
  }

  get done(): boolean {
    return this.#mirroredRow === this.#size;
  }

  get progress(): number {
    // Counting is cheap compared with inverting; the end only copies.
    const counted = 0.1 * (this.#gramRow / this.#itemCount);
    return counted + 0.88 * this.#sweep.progress + 0.02 * (this.#mirroredRow / this.#size);
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    if (this.#scaled === null) this.#scale();
    else if (this.#gramRow < this.#itemCount) this.#addGramRows(this.#scaled);
    else if (!this.#sweep.done) this.#invert();
    else this.#mirrorRows(this.#scaled);
  }

  checkpoint(): Section[] {
    const { pivot, row } = this.#sweep.position;
    return [
      { name: PROGRESS, data: Float64Array.of(this.#gramRow, pivot, row, this.#mirroredRow) },
      { name: MATRIX, data: this.#matrix.buffer.view },
      { name: PANELS, data: this.#sweep.panels },
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return createDenseSimilarityModel(this.#name, this.#input.kernels, this.#matrix.hold());
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#matrix.release();
    this.#sweep.free();
    for (const buffer of Object.values(this.#scaled?.narrow ?? {})) buffer?.free();
    this.#sources.free();
    this.#cursors.free();
    this.#scales.free();
  }

  #scale(): void {
    const step = this.#scaling.next();
    if (!step.done) return;
    this.#scaled = step.value;
    this.#placeCursors();
  }

  #placeCursors(): void {
    const { indptr, indices, rowCount } = this.#input.userItems;
    const cursors = this.#cursors.view;
    for (let user = 0; user < rowCount; user++) {
      let at = indptr[user] as number;
      while (at < (indptr[user + 1] as number) && (indices[at] as number) < this.#gramRow) at++;
      cursors[user] = at;
    }
  }

  /** Adds rows of XᵀX from the diagonal on. Row i sums the entries from item i on, over the users of item i. */
  #addGramRows({ itemUsers, narrow, ridge }: Scaled): void {
    const { kernels, userItems } = this.#input;
    for (let updates = 0; this.#gramRow < this.#itemCount && updates < UPDATES_PER_STEP; this.#gramRow++) {
      const item = this.#gramRow;
      this.#sources.load(itemUsers, itemUsers.values, item, item + 1);
      const { indices: rowIndices, values: rowWeights } = this.#sources.rows;
      const from = itemUsers.indptr[item] as number;
      const to = itemUsers.indptr[item + 1] as number;
      const cursors = this.#cursors.view;
      for (let at = from; at < to; at++) {
        const user = itemUsers.indices[at] as number;
        updates += (userItems.indptr[user + 1] as number) - (cursors[user] as number);
      }
      kernels.addTails({
        matrix: narrow,
        cursors: this.#cursors,
        rowIndices,
        rowWeights,
        count: to - from,
        out: this.#matrix.buffer,
        outOffset: item * this.#size,
      });
    }
    if (this.#gramRow === this.#itemCount) this.#addRidge(ridge);
  }

  #addRidge(ridge: number): void {
    const size = this.#size;
    const { diagonalShare } = this.#settings;
    const matrix = this.#matrix.buffer.view;
    for (let item = 0; item < this.#itemCount; item++) {
      const own = matrix[item * size + item] as number;
      matrix[item * size + item] = own * (1 + diagonalShare) + ridge;
    }
    for (let padding = this.#itemCount; padding < size; padding++) matrix[padding * size + padding] = 1;
  }

  #invert(): void {
    if (this.#sweep.step()) return;
    throw new EngineError(
      "SINGULAR",
      `${this.#name} cannot invert its matrix with reg ${this.#settings.reg}.`,
    );
  }

  /** Fills the lower triangle, divides columns by their diagonal entries, and applies the powers; the diagonal goes last. */
  #mirrorRows({ powers }: Scaled): void {
    const size = this.#size;
    const matrix = this.#matrix.buffer.view;
    const scales = this.#scales.view;
    for (let item = 0; item < size; item++) {
      const target = powers ? (powers.targets[item] ?? 1) : 1;
      scales[item] = -target / (matrix[item * size + item] as number);
    }
    const fromRow = this.#mirroredRow;
    const toRow = Math.min(
      size,
      fromRow + DIM_MULTIPLE * Math.ceil(ENTRIES_PER_STEP / (DIM_MULTIPLE * size)),
    );
    if (powers) this.#scaleSources(powers.sources, fromRow, toRow);
    const buffers = { matrix: this.#matrix.buffer, factors: this.#scales };
    this.#input.kernels.mirrorScaled({ ...buffers, size, fromRow, toRow });
    this.#mirroredRow = toRow;
    if (!this.done) return;
    for (let item = 0; item < this.#itemCount; item++) matrix[item * size + item] = 0;
  }

  /**
   * Right of the diagonal, entry (i, j) has the factors of both i and j. The surplus one is divided out of column j and, in the
   * mirror image, of column i.
   */
  #scaleSources(factors: Float64Array, fromRow: number, toRow: number): void {
    const matrix = this.#matrix.buffer.view;
    const others = factors.subarray(0, this.#itemCount);
    for (let item = fromRow; item < Math.min(this.#itemCount, toRow); item++) {
      scaleRight(matrix, item * this.#size, others, item);
    }
  }

  #resume({ gramRow, pivot, row, mirroredRow, panels }: Checkpoint): void {
    this.#gramRow = gramRow;
    this.#mirroredRow = mirroredRow;
    this.#sweep.resume({ pivot, row }, panels);
  }
}

/** Scales the entries of a row right of the diagonal. */
function scaleRight(matrix: Float32Array, start: number, factors: Float64Array, item: number): void {
  const own = factors[item] as number;
  for (let other = item + 1; other < factors.length; other++) {
    matrix[start + other] = (matrix[start + other] as number) * own * (factors[other] as number);
  }
}

interface Checkpoint {
  readonly gramRow: number;
  readonly pivot: number;
  readonly row: number;
  readonly mirroredRow: number;
  readonly panels: Float32Array;
}

function readCheckpoint(sections: readonly Section[], size: number): Checkpoint {
  const progress = requireSection(sections, PROGRESS, Float64Array, 4);
  const matrix = requireSection(sections, MATRIX, Float32Array, size * size);
  const panels = requireSection(sections, PANELS, Float32Array, null);
  requireFinite(MATRIX, matrix);
  return {
    gramRow: requireCount(progress, 0, 0, size),
    pivot: requireCount(progress, 1, 0, size),
    row: requireCount(progress, 2, 0, size),
    mirroredRow: requireCount(progress, 3, 0, size),
    panels,
  };
}
