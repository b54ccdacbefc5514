import { type PlacesByItem, placesByItem, rowsOfPlaces, type Sequences } from "../../data/sequences.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import type { F32Buffer, U32Buffer } from "../../kernels/kernels.ts";
import { selectScratch } from "../../kernels/sparse-rows/calls.ts";
import type { FitInput } from "../fit/algorithm.ts";
import type { RowSource } from "../item-knn/packed-similarity-fit.ts";
import type { NeighbourRow } from "../item-matrix/neighbour-row.ts";
import { indexBytesOf } from "../item-matrix/packed-rows.ts";
import { fittingEntries, fittingTopK } from "./model-room.ts";

/** Pairs counted in one step: about 5 ms. A step takes at least one item, whatever it costs. */
const PAIRS_PER_STEP = 500_000;
/** What selecting and storing the targets of one item costs, in pairs. */
const ITEM_COST = 2_000;

/** How much what stands around an item tells of it. */
export interface ContextRule {
  /** By distance − 1: the weight of an item for one that comes after it. */
  readonly after: Float64Array;
  /** By distance − 1: the weight of an item for one that came before it. Empty: none. */
  readonly before: Float64Array;
  /** Whether only the nearest occurrence of an item counts for each target, and not all. */
  readonly nearestOnly: boolean;
  /** A weight for each row; null for equal ones. */
  readonly rowWeights: Float32Array | null;
  /** W[i, j] is divided by (Σ_j W[i, j])^rowPower, and then by (Σ_i W[i, j])^columnPower. */
  readonly rowPower: number;
  readonly columnPower: number;
  /** Targets kept of each source, as far as a model of all rows has room for them. */
  readonly topK: number;
}

interface Workspace {
  readonly sums: F32Buffer;
  readonly touched: U32Buffer;
  readonly scratch: F32Buffer;
}

/**
 * Computes rows of W[i, j] = Σ weight(distance) over the pairs of places with item i and item j in one row, and scales them by powers of
 * their sums. Work: twice the pairs within the window.
 */
export class ContextRows implements RowSource {
  readonly #input: FitInput;
  readonly #sequences: Sequences;
  readonly #rule: ContextRule;
  readonly #byItem: PlacesByItem;
  readonly #rowOf: Uint32Array;
  /** By item, the row in which it was touched last, from 1. */
  readonly #marks: Uint32Array;
  readonly #rowScale: Float32Array;
  readonly #columnScale: Float32Array;
  #topK: number;
  #workspace: Workspace | null = null;

  private constructor(input: FitInput, sequences: Sequences, rule: ContextRule) {
    const itemCount = input.userItems.columnCount;
    this.#input = input;
    this.#sequences = sequences;
    this.#rule = rule;
    this.#byItem = placesByItem(sequences, itemCount);
    this.#rowOf = rowsOfPlaces(sequences);
    this.#marks = new Uint32Array(itemCount);
    this.#rowScale = new Float32Array(itemCount).fill(1);
    this.#columnScale = new Float32Array(itemCount).fill(1);
    this.#topK = rule.topK;
  }

  /** Looks at all rows first, where powers of their sums are wanted or not all that is wanted may have room. */
  static *prepare(input: FitInput, sequences: Sequences, rule: ContextRule): Steps<ContextRows> {
    const rows = new ContextRows(input, sequences, rule);
    const { columnCount: itemCount } = input.userItems;
    const room = fittingEntries(itemCount, indexBytesOf(itemCount));
    yield;
    const hasPowers = rule.rowPower !== 0 || rule.columnPower !== 0;
    if (hasPowers || itemCount * Math.min(rule.topK, itemCount) > room) yield* rows.#lookAtRows(room);
    rows.#marks.fill(0);
    return rows;
  }

  endOfStep(from: number): number {
    const { offsets } = this.#byItem;
    const window = this.#rule.after.length + this.#rule.before.length;
    let item = from;
    for (let pairs = 0; item < this.#marks.length && pairs < PAIRS_PER_STEP; item++) {
      pairs += ITEM_COST + window * ((offsets[item + 1] as number) - (offsets[item] as number));
    }
    return item;
  }

  open(): void {
    this.#workspace ??= this.#open();
  }

  compute(from: number, to: number): NeighbourRow[] {
    this.#workspace ??= this.#open();
    const rows: NeighbourRow[] = [];
    for (let item = from; item < to; item++) rows.push(this.#computeRow(this.#workspace, item));
    return rows;
  }

  free(): void {
    const workspace = this.#workspace;
    if (workspace === null) return;
    this.#workspace = null;
    for (const buffer of [workspace.sums, workspace.touched, workspace.scratch]) buffer.free();
  }

  #open(): Workspace {
    const { kernels } = this.#input;
    const itemCount = this.#marks.length;
    return {
      sums: kernels.allocF32(itemCount),
      touched: kernels.allocU32(itemCount),
      scratch: kernels.allocF32(selectScratch(itemCount)),
    };
  }

  /** Finds the scales, and how many targets rows keep. */
  *#lookAtRows(room: number): Steps<void> {
    const { rowPower, columnPower } = this.#rule;
    const itemCount = this.#marks.length;
    const sums = new Float32Array(itemCount);
    const touched = new Uint32Array(itemCount);
    const columnSums = new Float64Array(itemCount);
    const counts = new Uint32Array(itemCount);
    for (let from = 0, to = 0; from < itemCount; from = to) {
      to = this.endOfStep(from);
      for (let item = from; item < to; item++) {
        const count = this.#accumulate(item, sums, touched);
        counts[item] = count;
        let total = 0;
        for (let at = 0; at < count; at++) total += sums[touched[at] as number] as number;
        const scale = powerOf(total, -rowPower);
        this.#rowScale[item] = scale;
        for (let at = 0; at < count; at++) {
          const target = touched[at] as number;
          columnSums[target] = (columnSums[target] as number) + scale * (sums[target] as number);
        }
      }
      yield;
    }
    this.#topK = fittingTopK(counts, this.#rule.topK, room);
    yield* overRanges(itemCount, (from, to) => {
      for (let item = from; item < to; item++)
        this.#columnScale[item] = powerOf(columnSums[item] as number, -columnPower);
    });
  }

  #computeRow({ sums, touched, scratch }: Workspace, item: number): NeighbourRow {
    const touchedCount = this.#accumulate(item, sums.view, touched.view);
    const scale = this.#rowScale[item] as number;
    const view = sums.view;
    for (let at = 0; at < touchedCount; at++) {
      const target = touched.view[at] as number;
      view[target] = (view[target] as number) * scale * (this.#columnScale[target] as number);
    }
    const k = this.#topK;
    const count = this.#input.kernels.selectLargest({ sums, touched, touchedCount, k, scratch });
    const indices = touched.view.slice(0, count);
    return { indices, values: Float32Array.from(indices, (target) => sums.view[target] as number) };
  }

  /** Returns how many items stand around this one; their sums are in `sums`, by item. */
  #accumulate(item: number, sums: Float32Array, touched: Uint32Array): number {
    const { offsets: rowStarts, items } = this.#sequences;
    const { offsets, places } = this.#byItem;
    const { after, before, nearestOnly, rowWeights } = this.#rule;
    const marks = this.#marks;
    let count = 0;
    const add = (target: number, amount: number): void => {
      if (marks[target] !== item + 1) {
        marks[target] = item + 1;
        sums[target] = 0;
        touched[count++] = target;
      }
      sums[target] = (sums[target] as number) + amount;
    };
    for (let at = offsets[item] as number; at < (offsets[item + 1] as number); at++) {
      const place = places[at] as number;
      const row = this.#rowOf[place] as number;
      const weight = rowWeights ? (rowWeights[row] as number) : 1;
      const last = Math.min(place + after.length, (rowStarts[row + 1] as number) - 1);
      for (let later = place + 1; later <= last; later++) {
        const target = items[later] as number;
        add(target, weight * (after[later - place - 1] as number));
        // For later targets, the repeat is nearer.
        if (nearestOnly && target === item) break;
      }
      const first = Math.max(place - before.length, rowStarts[row] as number);
      for (let earlier = place - 1; earlier >= first; earlier--) {
        const target = items[earlier] as number;
        if (target === item) break;
        add(target, weight * (before[place - earlier - 1] as number));
      }
    }
    return count;
  }
}

function powerOf(sum: number, power: number): number {
  return power === 0 || sum <= 0 ? 1 : sum ** power;
}
