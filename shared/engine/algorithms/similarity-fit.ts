import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { EngineError } from "../engine-error.ts";
import { type F32Buffer, type SparseRows, selectScratch, type U32Buffer } from "../kernels/kernels.ts";
import type { FitInput, FitTask, Model } from "./algorithm.ts";
import { allocSparseRows, createRowSlice, freeSparseRows, type RowSlice } from "./row-slice.ts";
import { requireCompressedRows, requireCount, requireSection } from "./sections.ts";
import { createSimilarityModel } from "./similarity-model.ts";

/** Added to a denominator so that it is never zero; irspack's value. */
export const QUOTIENT_FLOOR = 1e-6;

/** Entry updates in one step: about 5 ms. A step takes at least one item, whatever it costs. */
const UPDATES_PER_STEP = 1_000_000;
/** What selecting and storing the neighbours of one item costs, in updates. */
const ITEM_COST = 5_000;

const PROGRESS = "similarity.progress";
const COUNTS = "similarity.counts";
const INDICES = "similarity.indices";
const VALUES = "similarity.values";

/** What makes one item-to-item method differ from another. */
export interface SimilarityRule {
  readonly algorithm: AlgorithmName;
  /** Left factor of the sums: weight of each entry of `itemUsers`. */
  readonly sourceValues: Float32Array;
  /** Right factor of the sums: weight of each entry of `userItems`. */
  readonly targetValues: Float32Array;
  /** How many columns a row keeps. The item itself counts as one where it is among the largest, as in irspack, and is then dropped. */
  readonly topK: number;
  /**
   * Turns the sums of one source item into similarities, in place, at the touched columns only.
   * `touched` holds `count` columns in no particular order, the item itself among them.
   */
  readonly finishRow: (item: number, sums: Float32Array, touched: Uint32Array, count: number) => void;
  /** Optional: rows keep the item itself where it is among the largest, for `finishMatrix` to see and drop. */
  readonly keepsDiagonal?: boolean;
  /** Optional: makes the model's matrix out of the kept rows, when it is not those rows themselves. */
  readonly finishMatrix?: (kept: CsrMatrix) => CsrMatrix;
}

/** Kept neighbours of consecutive items, in JavaScript memory until the model is made. */
interface KeptRows {
  readonly counts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

interface Workspace {
  readonly matrix: SparseRows;
  readonly sources: RowSlice;
  readonly sums: F32Buffer;
  readonly scratch: F32Buffer;
  readonly touched: U32Buffer;
  readonly marks: U32Buffer;
}

/**
 * Fits W[i, j] = finish(Σ_u source(u, i) · target(u, j)) row by row, keeping the topK largest of each row i (ties: the
 * lower column) without the diagonal. Work: Σ_u d_u² updates for d_u the number of interactions of user u.
 */
export class SimilarityFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #rule: SimilarityRule;
  readonly #kept: KeptRows[] = [];
  #nextItem = 0;
  #workspace: Workspace | null = null;

  constructor(input: FitInput, rule: SimilarityRule, checkpoint?: readonly Section[]) {
    this.#input = input;
    this.#rule = rule;
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#nextItem === this.#itemCount;
  }

  get progress(): number {
    return this.#nextItem / this.#itemCount;
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    this.#workspace ??= this.#open();
    const from = this.#nextItem;
    const to = this.#lastOfStep(from);
    this.#workspace.sources.load(this.#input.itemUsers, this.#rule.sourceValues, from, to);
    this.#kept.push(this.#keepRows(this.#workspace, from, to));
    this.#nextItem = to;
    if (this.done) this.dispose();
  }

  checkpoint(): Section[] {
    const kept = joinRows(this.#kept);
    return [
      { name: PROGRESS, data: Float64Array.of(this.#nextItem) },
      { name: COUNTS, data: kept.counts },
      { name: INDICES, data: kept.indices },
      { name: VALUES, data: kept.values },
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    const { counts, indices, values } = joinRows(this.#kept);
    const kept = {
      rowCount: this.#itemCount,
      columnCount: this.#itemCount,
      indptr: startsOf(counts),
      indices,
      values,
    };
    const matrix = this.#rule.finishMatrix?.(kept) ?? kept;
    return createSimilarityModel(this.#rule.algorithm, this.#input.kernels, matrix);
  }

  dispose(): void {
    const workspace = this.#workspace;
    if (workspace === null) return;
    this.#workspace = null;
    freeSparseRows(workspace.matrix);
    for (const buffer of [workspace.sources, workspace.sums, workspace.scratch]) buffer.free();
    for (const buffer of [workspace.touched, workspace.marks]) buffer.free();
  }

  #open(): Workspace {
    const { kernels, userItems } = this.#input;
    return {
      matrix: allocSparseRows(kernels, { ...userItems, values: this.#rule.targetValues }),
      sources: createRowSlice(kernels),
      sums: kernels.allocF32(this.#itemCount),
      scratch: kernels.allocF32(selectScratch(this.#itemCount)),
      touched: kernels.allocU32(this.#itemCount),
      marks: kernels.allocU32(this.#itemCount),
    };
  }

  #lastOfStep(from: number): number {
    const { itemUsers, userItems } = this.#input;
    let item = from;
    for (let updates = 0; item < this.#itemCount && updates < UPDATES_PER_STEP; item++) {
      updates += ITEM_COST;
      for (let at = itemUsers.indptr[item] as number; at < (itemUsers.indptr[item + 1] as number); at++) {
        const user = itemUsers.indices[at] as number;
        updates += (userItems.indptr[user + 1] as number) - (userItems.indptr[user] as number);
      }
    }
    return item;
  }

  #keepRows(workspace: Workspace, from: number, to: number): KeptRows {
    const counts = new Uint32Array(to - from);
    const rows: { indices: Uint32Array; values: Float32Array }[] = [];
    for (let item = from; item < to; item++) {
      const row = this.#keepRow(workspace, item, item - from);
      counts[item - from] = row.indices.length;
      rows.push(row);
    }
    return { counts, ...concatenate(rows) };
  }

  #keepRow(
    workspace: Workspace,
    item: number,
    source: number,
  ): { indices: Uint32Array; values: Float32Array } {
    const { kernels } = this.#input;
    const { matrix, sources, sums, scratch, touched, marks } = workspace;
    // Marks start at 0 and every item has its own, so they need no clearing.
    const call = { matrix, sources: sources.rows, source, sums, touched, marks, mark: item + 1 };
    const touchedCount = kernels.accumulateRows(call);
    this.#rule.finishRow(item, sums.view, touched.view, touchedCount);
    const { topK } = this.#rule;
    const count = kernels.selectLargest({ sums, touched, touchedCount, k: topK, scratch });
    const kept = touched.view.subarray(0, count);
    const own = this.#rule.keepsDiagonal ? -1 : kept.indexOf(item);
    const indices = own < 0 ? kept.slice() : withoutPlace(kept, own);
    const values = gather(sums.view, indices);
    return { indices, values };
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    this.#nextItem = requireCount(progress, 0, 0, this.#itemCount);
    const counts = requireSection(checkpoint, COUNTS, Uint32Array, this.#nextItem);
    const indices = requireSection(checkpoint, INDICES, Uint32Array, null);
    const values = requireSection(checkpoint, VALUES, Float32Array, indices.length);
    requireCompressedRows(INDICES, startsOf(counts), indices, this.#itemCount);
    this.#kept.push({ counts, indices, values });
  }
}

function withoutPlace(array: Uint32Array, place: number): Uint32Array {
  const rest = new Uint32Array(array.length - 1);
  rest.set(array.subarray(0, place));
  rest.set(array.subarray(place + 1), place);
  return rest;
}

function gather(source: Float32Array, indices: Uint32Array): Float32Array {
  const values = new Float32Array(indices.length);
  for (let at = 0; at < values.length; at++) values[at] = source[indices[at] as number] as number;
  return values;
}

function startsOf(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) {
    starts[row + 1] = (starts[row] as number) + (counts[row] as number);
  }
  return starts;
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
