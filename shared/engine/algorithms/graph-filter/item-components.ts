import type { CsrMatrix } from "../../data/csr-matrix.ts";

/**
 * The connected components of the graph of users and items. A path leads from an item to every item of its component and to no
 * other.
 */
export class ItemComponents {
  /** For each item, one item that represents its component. */
  readonly #partOf: Uint32Array;
  readonly #largest: number;
  /** Items outside the largest component, which is usually most of the graph. */
  readonly #outside: Uint32Array;

  /** Linear in the entries. */
  constructor({ rowCount, columnCount, indptr, indices }: CsrMatrix) {
    const parents = Uint32Array.from({ length: columnCount }, (_, item) => item);
    for (let row = 0; row < rowCount; row++) {
      const start = indptr[row] as number;
      const first = indices[start] as number;
      for (let at = start + 1; at < (indptr[row + 1] as number); at++) {
        const one = rootOf(parents, first);
        const other = rootOf(parents, indices[at] as number);
        parents[Math.max(one, other)] = Math.min(one, other);
      }
    }
    const sizes = new Uint32Array(columnCount);
    for (let item = 0; item < columnCount; item++) {
      const root = rootOf(parents, item);
      sizes[root] = (sizes[root] as number) + 1;
    }
    this.#partOf = parents.map((_, item) => rootOf(parents, item));
    this.#largest = sizes.reduce((best, size, item) => (size > (sizes[best] as number) ? item : best), 0);
    this.#outside = Uint32Array.from(this.#partOf.keys()).filter((item) => !this.#isInLargest(item));
  }

  /** Sets the scores of items without a path from the profile to 0. */
  clearUnreachable(profile: Uint32Array, scores: Float32Array): void {
    const reached = new Set<number>();
    for (const item of profile) reached.add(this.#partOf[item] as number);
    if (reached.has(this.#largest)) {
      for (const item of this.#outside) if (!reached.has(this.#partOf[item] as number)) scores[item] = 0;
      return;
    }
    for (let item = 0; item < scores.length; item++) {
      if (!reached.has(this.#partOf[item] as number)) scores[item] = 0;
    }
  }

  #isInLargest(item: number): boolean {
    return this.#partOf[item] === this.#largest;
  }
}

function rootOf(parents: Uint32Array, item: number): number {
  let root = item;
  while (parents[root] !== root) {
    // Path halving, for the next search.
    parents[root] = parents[parents[root] as number] as number;
    root = parents[root] as number;
  }
  return root;
}
