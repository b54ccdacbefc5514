/** What the boosts of one operation add up to for each row: factors multiplied, or addends summed. */
import { type Bitmap, hasBit } from "../catalogue/bitmap.ts";

/** Beyond this, scores of 32 bits would overflow. */
export const MAX_AMOUNT = 1e30;

export interface BoostTotals {
  /** The total of a row: 1 or more factors, finite and at least 0; or a finite sum. */
  at(row: number): number;
  /** The totals of all rows. */
  all(): Float64Array;
}

type Combine = (total: number, amount: number) => number;

/** One amount, or one for each row, for some rows or for all. */
interface Boost {
  readonly amount: number | Float64Array;
  readonly rows: Bitmap | null;
}

/**
 * Collects boosts. Those with one amount for all items, the usual ones, and those whose amounts are kept, stay as they are: a list reads
 * few rows, and filling an array for a whole catalogue costs more than everything else.
 */
export class BoostCollector implements BoostTotals {
  readonly #rowCount: number;
  readonly #start: number;
  readonly #combine: Combine;
  /** In their order, after those of `#totals`. */
  #later: Boost[] = [];
  #totals: Float64Array | null = null;

  constructor(operation: "multiply" | "add", rowCount: number) {
    this.#rowCount = rowCount;
    this.#start = operation === "multiply" ? 1 : 0;
    this.#combine = operation === "multiply" ? multiplied : added;
  }

  /** @param rows The rows it is for, null for all; the collector keeps them. */
  addUniform(amount: number, rows: Bitmap | null): void {
    this.#later.push({ amount, rows });
  }

  /** @param amounts One for each row, which nobody changes. @param rows The rows it is for, null for all; the collector keeps them. */
  addKept(amounts: Float64Array, rows: Bitmap | null): void {
    this.#later.push({ amount: amounts, rows });
  }

  /** @param amounts One for each row; only read now. @param rows The same. */
  addEach(amounts: Float64Array, rows: Bitmap | null): void {
    const totals = this.all();
    for (let row = 0; row < totals.length; row++) {
      if (rows && !hasBit(rows, row)) continue;
      totals[row] = this.#combine(totals[row] as number, amounts[row] as number);
    }
  }

  at(row: number): number {
    return this.#withLater(this.#totals ? (this.#totals[row] as number) : this.#start, row);
  }

  all(): Float64Array {
    const totals = this.#totals ?? new Float64Array(this.#rowCount).fill(this.#start);
    if (this.#later.length > 0) {
      for (let row = 0; row < totals.length; row++) {
        totals[row] = this.#withLater(totals[row] as number, row);
      }
    }
    this.#later = [];
    this.#totals = totals;
    return totals;
  }

  #withLater(start: number, row: number): number {
    let total = start;
    for (const { amount, rows } of this.#later) {
      if (rows && !hasBit(rows, row)) continue;
      total = this.#combine(total, typeof amount === "number" ? amount : (amount[row] as number));
    }
    return total;
  }
}

/** No value, which is NaN, compares to nothing. */
function multiplied(total: number, amount: number): number {
  if (amount > 0) return Math.min(total * amount, MAX_AMOUNT);
  return amount <= 0 ? 0 : total;
}

function added(total: number, amount: number): number {
  const sum = total + amount;
  return Number.isNaN(sum) ? total : Math.max(-MAX_AMOUNT, Math.min(sum, MAX_AMOUNT));
}
