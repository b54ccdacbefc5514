/** The rows of an item-to-item matrix for a group of items: blocks of users stream past, and each adds to the items' sums. */

import type { RowRule } from "../../../algorithms/item-knn/similarity-rows.ts";
import { keepLargest } from "../../../algorithms/item-knn/similarity-rows.ts";
import type { NeighbourRow } from "../../../algorithms/item-matrix/neighbour-row.ts";
import type { Breathe } from "../../../data/breathe.ts";
import type { CsrMatrix } from "../../../data/csr-matrix.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../../../kernels/kernels.ts";
import { selectScratch } from "../../../kernels/sparse-rows/calls.ts";

/** Additions between two breaths: some milliseconds. */
const UPDATES_PER_BREATH = 4_000_000;

export type KeepRule = Omit<RowRule, "sourceValues" | "targetValues">;

/**
 * Sums of a group of items over users, in the order of users, whatever the blocks: rows are the same to the last bit as those of
 * `SimilarityRows`. Takes 4 bytes of kernel memory for each pair of an item of the group and one of the catalogue.
 */
export class GroupRows {
  readonly #kernels: Kernels;
  readonly #sources: CsrMatrix;
  readonly #itemCount: number;
  readonly #sums: F32Buffer;
  /** Of each item, the first source that no block has added yet. */
  readonly #next: Uint32Array;
  #block: SparseRows | null = null;
  #users: U32Buffer;
  #weights: F32Buffer;

  /** @param sources Items of the group × users, left factors of the sums. */
  constructor(kernels: Kernels, sources: CsrMatrix, itemCount: number) {
    this.#kernels = kernels;
    this.#sources = sources;
    this.#itemCount = itemCount;
    this.#sums = kernels.allocF32(sources.rowCount * itemCount);
    this.#next = sources.indptr.slice(0, sources.rowCount);
    this.#users = kernels.allocU32(0);
    this.#weights = kernels.allocF32(0);
  }

  /** Adds what the users of a block add. Blocks come in the order of users. @param targets Users × items, right factors. */
  async add(firstUser: number, targets: CsrMatrix, breathe: Breathe): Promise<void> {
    const counts = this.#loadSources(firstUser, firstUser + targets.rowCount);
    const matrix = this.#load(targets);
    const itemCount = this.#itemCount;
    let rowOffset = 0;
    let updates = 0;
    const perSource = targets.indices.length / Math.max(1, targets.rowCount);
    for (let item = 0; item < counts.length; item++) {
      const count = counts[item] as number;
      this.#kernels.addSparseRows({
        matrix,
        columnCount: itemCount,
        rowIndices: this.#users,
        rowWeights: this.#weights,
        rowOffset,
        count,
        out: this.#sums,
        outOffset: item * itemCount,
      });
      rowOffset += count;
      updates += count * perSource;
      if (updates < UPDATES_PER_BREATH) continue;
      updates = 0;
      await breathe();
    }
  }

  /** The rows, once all blocks have added. @param firstItem Index of the group's first item. */
  async finish(rule: KeepRule, firstItem: number, breathe: Breathe): Promise<NeighbourRow[]> {
    const [kernels, itemCount] = [this.#kernels, this.#itemCount];
    const sums = kernels.allocF32(itemCount);
    const touched = kernels.allocU32(itemCount);
    const scratch = kernels.allocF32(selectScratch(itemCount));
    try {
      const rows: NeighbourRow[] = [];
      for (let at = 0; at < this.#sources.rowCount; at++) {
        if (at % 16 === 0) await breathe();
        sums.view.set(this.#sums.view.subarray(at * itemCount, (at + 1) * itemCount));
        const touchedCount = listNonZero(sums.view, touched.view);
        rows.push(keepLargest(kernels, rule, firstItem + at, { sums, touched, touchedCount, scratch }));
      }
      return rows;
    } finally {
      for (const buffer of [sums, touched, scratch]) buffer.free();
    }
  }

  free(): void {
    this.#freeBlock();
    for (const buffer of [this.#sums, this.#users, this.#weights]) buffer.free();
  }

  /** The sources of these users, as rows of their block. @returns How many each item has. */
  #loadSources(firstUser: number, endUser: number): Uint32Array {
    const { indptr, indices, values, rowCount } = this.#sources;
    const counts = new Uint32Array(rowCount);
    let total = 0;
    for (let item = 0; item < rowCount; item++) {
      let at = this.#next[item] as number;
      const end = indptr[item + 1] as number;
      while (at < end && (indices[at] as number) < endUser) at++;
      counts[item] = at - (this.#next[item] as number);
      total += counts[item] as number;
    }
    this.#reserveSources(total);
    const [users, weights] = [this.#users.view, this.#weights.view];
    let out = 0;
    for (let item = 0; item < rowCount; item++) {
      const from = this.#next[item] as number;
      const to = from + (counts[item] as number);
      for (let at = from; at < to; at++) users[out + at - from] = (indices[at] as number) - firstUser;
      weights.set(values.subarray(from, to), out);
      out += to - from;
      this.#next[item] = to;
    }
    return counts;
  }

  #reserveSources(count: number): void {
    if (this.#users.length >= count) return;
    this.#users.free();
    this.#weights.free();
    this.#users = this.#kernels.allocU32(count);
    this.#weights = this.#kernels.allocF32(count);
  }

  #load({ indptr, indices, values }: CsrMatrix): SparseRows {
    const old = this.#block;
    const hasRoom = old && old.indptr.length >= indptr.length && old.indices.length >= indices.length;
    if (!hasRoom) {
      this.#freeBlock();
      this.#block = {
        indptr: this.#kernels.allocU32(indptr.length),
        indices: this.#kernels.allocU32(indices.length),
        values: this.#kernels.allocF32(indices.length),
      };
    }
    const block = this.#block as SparseRows;
    block.indptr.view.set(indptr);
    block.indices.view.set(indices);
    block.values.view.set(values);
    return block;
  }

  #freeBlock(): void {
    if (!this.#block) return;
    for (const buffer of [this.#block.indptr, this.#block.indices, this.#block.values]) buffer.free();
    this.#block = null;
  }
}

/** @returns How many there are. */
function listNonZero(values: Float32Array, out: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < values.length; at++) if (values[at] !== 0) out[count++] = at;
  return count;
}
