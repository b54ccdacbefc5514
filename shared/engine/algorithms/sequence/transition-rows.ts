import type { F32Buffer, U32Buffer } from "../../kernels/kernels.ts";
import { selectScratch } from "../../kernels/sparse-rows/calls.ts";
import type { FitInput } from "../fit/algorithm.ts";
import type { RowSource } from "../item-knn/packed-similarity-fit.ts";
import type { NeighbourRow } from "../item-matrix/neighbour-row.ts";
import { indexBytesOf } from "../item-matrix/packed-rows.ts";
import { fittingEntries, fittingTopK } from "./model-room.ts";
import { NOWHERE, type UserSequences } from "./user-sequences.ts";

/** Pairs counted in one step: about 5 ms. A step takes at least one item, whatever it costs. */
const PAIRS_PER_STEP = 500_000;
/** What selecting and storing the targets of one item costs, in pairs. */
const ITEM_COST = 2_000;

export interface TransitionRule {
  /** How many targets a row keeps, as far as a model of all rows has room for them. */
  readonly topK: number;
  /** Positions from an interaction to what still counts as following it. */
  readonly maxDistance: number;
}

interface Workspace {
  readonly sums: F32Buffer;
  readonly touched: U32Buffer;
  readonly scratch: F32Buffer;
  /** By item, the row in which it was touched last, from 1. */
  readonly marks: Uint32Array;
}

/**
 * Computes rows of W[i, j] = Σ_u 1 / distance(i, j) / N_i over what follows i in people's sequences; see `item-transition.ts`. Work: at
 * most 2 · maxDistance pairs an interaction.
 */
export class TransitionRows implements RowSource {
  readonly #input: FitInput;
  readonly #sequences: UserSequences;
  readonly #rule: TransitionRule;
  readonly #topK: number;
  #workspace: Workspace | null = null;

  constructor(input: FitInput, sequences: UserSequences, rule: TransitionRule) {
    this.#input = input;
    this.#sequences = sequences;
    this.#rule = rule;
    const { indptr, rowCount } = input.itemUsers;
    // At most all places after those of the item, and before them where times are equal.
    const reach = 2 * rule.maxDistance;
    const most = Uint32Array.from({ length: rowCount }, (_, item) =>
      Math.min(rowCount, reach * ((indptr[item + 1] as number) - (indptr[item] as number))),
    );
    this.#topK = fittingTopK(most, rule.topK, fittingEntries(rowCount, indexBytesOf(rowCount)));
  }

  endOfStep(from: number): number {
    const { indptr, rowCount } = this.#input.itemUsers;
    let item = from;
    for (let pairs = 0; item < rowCount && pairs < PAIRS_PER_STEP; item++) {
      const people = (indptr[item + 1] as number) - (indptr[item] as number);
      pairs += ITEM_COST + this.#rule.maxDistance * people;
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
    const { kernels, itemUsers } = this.#input;
    const itemCount = itemUsers.rowCount;
    return {
      sums: kernels.allocF32(itemCount),
      touched: kernels.allocU32(itemCount),
      scratch: kernels.allocF32(selectScratch(itemCount)),
      marks: new Uint32Array(itemCount),
    };
  }

  #computeRow(workspace: Workspace, item: number): NeighbourRow {
    const { sums, touched, scratch } = workspace;
    const touchedCount = this.#addTransitions(workspace, item);
    const { indptr } = this.#input.itemUsers;
    const people = (indptr[item + 1] as number) - (indptr[item] as number);
    const k = this.#topK;
    const count = this.#input.kernels.selectLargest({ sums, touched, touchedCount, k, scratch });
    const indices = touched.view.slice(0, count);
    const values = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      values[at] = (sums.view[indices[at] as number] as number) / people;
    }
    return { indices, values };
  }

  /** Returns how many items follow. */
  #addTransitions(
    { sums: { view: sums }, touched: { view: touched }, marks }: Workspace,
    item: number,
  ): number {
    const { itemUsers, userItems } = this.#input;
    const { entries, ends, places, ages } = this.#sequences;
    let count = 0;
    const add = (entry: number, amount: number): void => {
      const target = userItems.indices[entry] as number;
      if (marks[target] !== item + 1) {
        marks[target] = item + 1;
        sums[target] = 0;
        touched[count++] = target;
      }
      sums[target] = (sums[target] as number) + amount;
    };
    for (let at = itemUsers.indptr[item] as number; at < (itemUsers.indptr[item + 1] as number); at++) {
      const place = places[at] as number;
      if (place === NOWHERE) continue;
      const user = itemUsers.indices[at] as number;
      const age = ages[entries[place] as number] as number;
      const last = Math.min(place + this.#rule.maxDistance, (ends[user] as number) - 1);
      for (let later = place + 1; later <= last; later++) {
        const entry = entries[later] as number;
        add(entry, (ages[entry] === age ? 0.5 : 1) / (later - place));
      }
      const first = Math.max(place - this.#rule.maxDistance, userItems.indptr[user] as number);
      for (let before = place - 1; before >= first && ages[entries[before] as number] === age; before--) {
        add(entries[before] as number, 0.5 / (place - before));
      }
    }
    return count;
  }
}
