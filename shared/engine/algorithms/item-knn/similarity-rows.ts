import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../../kernels/kernels.ts";
import { type SelectCall, selectScratch } from "../../kernels/sparse-rows/calls.ts";
import type { FitInput } from "../fit/algorithm.ts";
import type { NeighbourRow } from "../item-matrix/neighbour-row.ts";
import { allocSparseRows, createRowSlice, freeSparseRows, type RowSlice } from "../item-matrix/row-slice.ts";
import { settleTies } from "./tied-columns.ts";

/** Entry updates in one step: about 5 ms. A step takes at least one item. */
const UPDATES_PER_STEP = 1_000_000;
/** Cost of selecting and storing the neighbours of one item, in updates. */
const ITEM_COST = 5_000;

/** The difference between one item-to-item matrix and another. */
export interface RowRule {
  /** Left factor of the sums: weight of each entry of `itemUsers`. */
  readonly sourceValues: Float32Array;
  /** Right factor of the sums: weight of each entry of `userItems`. */
  readonly targetValues: Float32Array;
  /**
   * How many columns a row keeps. The item itself counts as one if it is among the largest, as in irspack, and is then dropped.
   */
  readonly topK: number;
  /**
   * Turns the sums of one source item into similarities, in place, at the touched columns only.
   * `touched` holds `count` columns in no particular order, the item itself among them.
   */
  readonly finishRow: (item: number, sums: Float32Array, touched: Uint32Array, count: number) => void;
  /** Optional: the similarity of a column of the row that `finishRow` saw last, in f64, for columns that are equal in f32. */
  readonly exactOf?: (item: number, column: number) => number;
  /** Optional: rows keep the item itself if it is among the largest. */
  readonly keepsDiagonal?: boolean;
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
 * Computes rows of W[i, j] = finish(Σ_u source(u, i) · target(u, j)). Each row i keeps its topK largest entries without the
 * diagonal (ties: `exactOf`, then the lower column). Work: Σ_u d_u² updates for d_u the number of interactions of user u. Kernel
 * memory is taken when the first row is computed.
 */
export class SimilarityRows {
  readonly #input: FitInput;
  readonly #rule: RowRule;
  #workspace: Workspace | null = null;

  constructor(input: FitInput, rule: RowRule) {
    this.#input = input;
    this.#rule = rule;
  }

  get itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  /** The end of a range of items from `from` on that is about 5 ms of work. */
  endOfStep(from: number): number {
    const { itemUsers, userItems } = this.#input;
    let item = from;
    for (let updates = 0; item < this.itemCount && updates < UPDATES_PER_STEP; item++) {
      updates += ITEM_COST;
      for (let at = itemUsers.indptr[item] as number; at < (itemUsers.indptr[item + 1] as number); at++) {
        updates += rowLength(userItems, itemUsers.indices[at] as number);
      }
    }
    return item;
  }

  /** Allocates the kernel memory, which the first rows would do otherwise. */
  open(): void {
    this.#workspace ??= this.#open();
  }

  /** The rows of items from … to, which must rise from call to call: each item is computed at most once. */
  compute(from: number, to: number): NeighbourRow[] {
    this.#workspace ??= this.#open();
    this.#workspace.sources.load(this.#input.itemUsers, this.#rule.sourceValues, from, to);
    const rows: NeighbourRow[] = [];
    for (let item = from; item < to; item++) rows.push(this.#computeRow(this.#workspace, item, item - from));
    return rows;
  }

  /** Gives back the kernel memory. Idempotent. */
  free(): void {
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
      sums: kernels.allocF32(this.itemCount),
      scratch: kernels.allocF32(selectScratch(this.itemCount)),
      touched: kernels.allocU32(this.itemCount),
      marks: kernels.allocU32(this.itemCount),
    };
  }

  #computeRow(workspace: Workspace, item: number, source: number): NeighbourRow {
    const { kernels } = this.#input;
    const { matrix, sources, sums, scratch, touched, marks } = workspace;
    // Marks start at 0 and every item has its own, so they need no clearing.
    const call = { matrix, sources: sources.rows, source, sums, touched, marks, mark: item + 1 };
    const touchedCount = kernels.accumulateRows(call);
    return keepLargest(kernels, this.#rule, item, { sums, touched, touchedCount, scratch });
  }
}

/** Where the sums of one source item lie, see `SelectCall`. */
export type RowSums = Omit<SelectCall, "k">;

/** The last part of every row: turns the sums of an item into similarities and keeps the largest. Overwrites them. */
export function keepLargest(
  kernels: Kernels,
  { topK, finishRow, exactOf, keepsDiagonal }: Omit<RowRule, "sourceValues" | "targetValues">,
  item: number,
  { sums, touched, touchedCount, scratch }: RowSums,
): NeighbourRow {
  finishRow(item, sums.view, touched.view, touchedCount);
  const count = kernels.selectLargest({ sums, touched, touchedCount, k: topK, scratch });
  if (exactOf && count < touchedCount) {
    const chosen = { columns: touched.view, kept: count, count: touchedCount, sums: sums.view };
    settleTies(chosen, (column) => exactOf(item, column));
  }
  const kept = touched.view.subarray(0, count);
  const own = keepsDiagonal ? -1 : kept.indexOf(item);
  const indices = own < 0 ? kept.slice() : withoutPlace(kept, own);
  return { indices, values: gather(sums.view, indices) };
}

function rowLength({ indptr }: CsrMatrix, row: number): number {
  return (indptr[row + 1] as number) - (indptr[row] as number);
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
