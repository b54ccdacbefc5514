import type { SparseRows } from "../../kernels/kernels.ts";
import { freeSparseRows } from "./row-slice.ts";

/** A sparse matrix in kernel memory that a fit shares with the models taken from it: freed when the last holder has released it. */
export class SharedRows {
  readonly rows: SparseRows;
  #holders = 1;

  constructor(rows: SparseRows) {
    this.rows = rows;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) freeSparseRows(this.rows);
  }
}
