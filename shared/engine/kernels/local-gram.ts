import type { F32Buffer, SparseRows, U32Buffer } from "./kernels.ts";

/** Arguments of `Kernels.addLocalGram`. */
export interface LocalGramCall {
  /** Rows are items, indices are users. */
  readonly itemUsers: SparseRows;
  /** The items N: `count` rows of `itemUsers`, without repeats. */
  readonly items: U32Buffer;
  readonly count: number;
  /** Length of a row of `gram`. */
  readonly stride: number;
  /** A word for each user; all zero before and after. */
  readonly users: U32Buffer;
  /** A word for each user; holds nothing between calls. */
  readonly touched: U32Buffer;
  /** Two words for each interaction with N; holds nothing between calls. */
  readonly entries: U32Buffer;
  /** count rows of `stride`; the lower triangle is added to. */
  readonly gram: F32Buffer;
}

/** The reference: every pair of items by the users they share. */
export function addLocalGram({ itemUsers, items, count, stride, gram }: LocalGramCall): void {
  const { indptr, indices, values } = itemUsers;
  const weights = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const item = items.view[row] as number;
    weights.clear();
    for (let at = indptr.view[item] as number; at < (indptr.view[item + 1] as number); at++) {
      weights.set(indices.view[at] as number, values.view[at] as number);
    }
    for (let column = 0; column <= row; column++) {
      const other = items.view[column] as number;
      let sum = gram.view[row * stride + column] as number;
      for (let at = indptr.view[other] as number; at < (indptr.view[other + 1] as number); at++) {
        sum += (weights.get(indices.view[at] as number) ?? 0) * (values.view[at] as number);
      }
      gram.view[row * stride + column] = sum;
    }
  }
}
