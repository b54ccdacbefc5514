import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { EngineError } from "../../engine-error.ts";
import { type F32Buffer, paddedDim } from "../../kernels/kernels.ts";
import { Factors } from "../factor-store/factors.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { createRowSlice } from "../item-matrix/row-slice.ts";
import { BASIS, RandomizedSvd } from "../linear-algebra/randomized-svd.ts";
import { startBySvd, startRandomly } from "./nmf-init.ts";
import {
  addToDiagonal,
  createNmfModel,
  decodeNmfModel,
  MAX_PASSES,
  type Penalty,
  TOLERANCE,
} from "./nmf-model.ts";
import { NMF_COST } from "./svd-cost.ts";

const FLOPS_PER_STEP = 8e7;
const ROWS_PER_STEP = 1024;
/** Enough that the start hardly depends on the seed; the end of coordinate descent depends on it by some per cent. */
const START_POWER_ITERATIONS = 20;

const PROGRESS = "nmf.progress";
const VIOLATION = "nmf.violation";
const USER_FACTORS = "nmf.user-factors";
const ITEM_FACTORS = "nmf.item-factors";

/**
 * Non-negative matrix factorisation X ≈ W Hᵀ by cyclic coordinate descent (Cichocki and Phan 2009), as scikit-learn states it:
 *
 *   ½ |X − W Hᵀ|² + α ρ (I Σ W + U Σ H) + α (1 − ρ) / 2 (I Σ W² + U Σ H²)     ρ = l1_ratio, U users, I items
 *
 * Every pass goes over all users and then all items once, until the gradient has fallen to 1e-4 of the first pass's.
 */
export const nmf: Algorithm = {
  name: "NMF",
  epochs: null,
  cost: NMF_COST,
  planSearch: null,
  begin: (input, params) => new NmfFit(input, params),
  resume: (input, params, checkpoint) => new NmfFit(input, params, checkpoint),
  kernelSections: [BASIS],
  decode: (sections, kernels) => decodeNmfModel(sections, kernels),
  storedUserRows: noUserRows,
};

class NmfFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #params: ParamsOf<"NMF">;
  readonly #users: Factors;
  readonly #items: Factors;
  #svd: RandomizedSvd | null = null;
  /** Whole passes so far; −1 before there is a start. */
  #pass = -1;
  #firstViolation = 0;
  #isDone = false;
  #work: Iterator<void, void> | null = null;
  /** Rows of both sides done in this pass. */
  #rows = 0;
  #isDisposed = false;
  /** The factors before the current pass; null between passes. */
  #kept: { users: Float32Array; items: Float32Array } | null = null;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    this.#params = requireParams("NMF", raw);
    requireInteractions(input);
    this.#input = input;
    const { kernels, userItems, seed } = input;
    const { rowCount, columnCount } = userItems;
    const { n_components: dim, init } = this.#params;
    const resumed = checkpoint ? readCheckpoint(checkpoint, rowCount * dim, columnCount * dim) : null;
    const isDecomposed = init !== "random" && dim <= Math.min(rowCount, columnCount);
    if (isDecomposed && !resumed) {
      const matrices = { matrix: userItems, transposed: input.itemUsers };
      const powerIterations = START_POWER_ITERATIONS;
      this.#svd = new RandomizedSvd({ kernels, ...matrices, dim, seed, powerIterations }, checkpoint);
    }
    this.#users = new Factors(kernels, rowCount, dim, paddedDim(dim));
    this.#items = new Factors(kernels, columnCount, dim, paddedDim(dim));
    if (!resumed) return;
    this.#pass = resumed.pass;
    this.#firstViolation = resumed.violation;
    this.#isDone = resumed.isDone;
    this.#users.unpack(resumed.users);
    this.#items.unpack(resumed.items);
  }

  get done(): boolean {
    return this.#isDone;
  }

  /** The number of passes is not known before: each twentieth pass halves the remaining progress. */
  get progress(): number {
    if (this.#isDone) return 1;
    if (this.#pass < 0) return this.#svd ? 0.1 * this.#svd.progress : 0;
    const rows = this.#users.count + this.#items.count;
    const passes = this.#pass + Math.min(1, this.#rows / rows);
    return 0.1 + 0.89 * (1 - 0.5 ** (passes / 20));
  }

  step(): void {
    if (this.#isDone) return;
    if (this.#svd && !this.#svd.done) {
      this.#svd.step();
      return;
    }
    this.#work ??= this.#pass < 0 ? this.#start() : this.#descend();
    if (!this.#work.next().done) return;
    this.#work = null;
    this.#kept = null;
    this.#rows = 0;
  }

  /** State at the start of the pass in progress; while there is no start yet, that of the decomposition. */
  checkpoint(): Section[] {
    if (this.#pass < 0) return this.#svd?.checkpoint() ?? [];
    const users = this.#kept?.users ?? this.#users.pack();
    const items = this.#kept?.items ?? this.#items.pack();
    return [
      { name: PROGRESS, data: Float64Array.of(this.#pass, this.#isDone ? 1 : 0) },
      { name: VIOLATION, data: Float64Array.of(this.#firstViolation) },
      { name: USER_FACTORS, data: users },
      { name: ITEM_FACTORS, data: items },
    ];
  }

  model(): Model {
    if (!this.#isDone) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    const penalty = this.#penaltyOf(this.#items.count);
    return createNmfModel(this.#input.kernels, this.#items.hold(), this.#users.hold(), penalty);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#work?.return?.();
    this.#closeSvd();
    this.#users.release();
    this.#items.release();
  }

  #closeSvd(): void {
    if (this.#svd?.done) this.#svd.takeResult().vectors.release();
    this.#svd?.dispose();
    this.#svd = null;
  }

  *#start(): Generator<void, void> {
    const { userItems, seed } = this.#input;
    const { rowCount, columnCount, values } = userItems;
    const mean = values.reduce((sum, value) => sum + value, 0) / (rowCount * columnCount);
    const start = { users: this.#users, items: this.#items };
    if (this.#svd) {
      const fill = this.#params.init === "nndsvda" ? mean : 0;
      yield* startBySvd(this.#input, start, this.#svd.takeResult(), fill);
    } else {
      yield* startRandomly(start, mean, seed);
    }
    this.#closeSvd();
    this.#pass = 0;
  }

  *#descend(): Generator<void, void> {
    const { userItems, itemUsers } = this.#input;
    this.#kept = { users: this.#users.pack(), items: this.#items.pack() };
    const ofUsers = yield* this.#descendSide(userItems, this.#users, this.#items);
    const ofItems = yield* this.#descendSide(itemUsers, this.#items, this.#users);
    const violation = ofUsers + ofItems;
    if (this.#pass === 0) this.#firstViolation = violation;
    this.#pass++;
    this.#isDone = violation <= TOLERANCE * this.#firstViolation || this.#pass === MAX_PASSES;
  }

  /** The other side's row count scales the penalty, so that α means the same for any size of data. */
  #penaltyOf(otherCount: number): Penalty {
    const { alpha, l1_ratio: share } = this.#params;
    return { l1: otherCount * alpha * share, l2: otherCount * alpha * (1 - share) };
  }

  /** @returns The violation found on the way. */
  *#descendSide(matrix: CsrMatrix, solved: Factors, fixed: Factors): Generator<void, number> {
    const { kernels } = this.#input;
    const { stride: dim } = solved;
    const { l1, l2 } = this.#penaltyOf(fixed.count);
    const slice = createRowSlice(kernels);
    const gram = kernels.allocF32(dim * dim);
    const products = kernels.allocF32(Math.min(ROWS_PER_STEP, matrix.rowCount) * dim);
    let violation = 0;
    try {
      yield* addGramInSteps(kernels, fixed, gram);
      addToDiagonal(gram, dim, l2);
      for (let fromRow = 0; fromRow < matrix.rowCount; ) {
        if (fromRow > 0) yield;
        const toRow = lastRowOfStep(matrix, fromRow, dim);
        const rowCount = toRow - fromRow;
        slice.load(matrix, matrix.values, fromRow, toRow);
        kernels.multiplySparse({ rows: slice.rows, rowCount, factors: fixed.buffer, dim, out: products });
        const call = { factors: solved.buffer, fromRow, rowCount, dim, gram, products, l1 };
        violation += kernels.descendNonNegative(call);
        fromRow = toRow;
        this.#rows += rowCount;
      }
    } finally {
      slice.free();
      gram.free();
      products.free();
    }
    return violation;
  }
}

function* addGramInSteps(
  kernels: FitInput["kernels"],
  factors: Factors,
  gram: F32Buffer,
): Generator<void, void> {
  const { buffer, count, stride } = factors;
  const rows = Math.ceil((2 * FLOPS_PER_STEP) / stride ** 2);
  for (let fromRow = 0; fromRow < count; fromRow += rows) {
    if (fromRow > 0) yield;
    kernels.addGram({ factors: buffer, dim: stride, fromRow, toRow: Math.min(count, fromRow + rows), gram });
  }
}

function lastRowOfStep({ indptr, rowCount }: CsrMatrix, fromRow: number, dim: number): number {
  let row = fromRow;
  for (let flops = 0; row < rowCount && row - fromRow < ROWS_PER_STEP && flops < FLOPS_PER_STEP; row++) {
    flops += 2 * dim * (dim + (indptr[row + 1] as number) - (indptr[row] as number));
  }
  return row;
}

/** Null for a checkpoint from before the start, which belongs to the decomposition or is empty. */
function readCheckpoint(sections: readonly Section[], userLength: number, itemLength: number) {
  if (!sections.some(({ name }) => name === PROGRESS)) return null;
  const progress = requireSection(sections, PROGRESS, Float64Array, 2);
  const violation = requireSection(sections, VIOLATION, Float64Array, 1);
  const users = requireSection(sections, USER_FACTORS, Float32Array, userLength);
  const items = requireSection(sections, ITEM_FACTORS, Float32Array, itemLength);
  requireFinite(VIOLATION, violation);
  requireFinite(USER_FACTORS, users);
  requireFinite(ITEM_FACTORS, items);
  const pass = requireCount(progress, 0, 0, MAX_PASSES);
  const isDone = requireCount(progress, 1, 0, 1) === 1;
  return { pass, isDone, violation: violation[0] as number, users, items };
}
