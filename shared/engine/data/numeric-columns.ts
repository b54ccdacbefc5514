/** A decimal number exactly as it is printed, with few enough digits to be exact: "5E5", "1.10", "007" and "+1" stay text. */
const PLAIN_DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

export function isPlainDecimal(cell: string): boolean {
  return PLAIN_DECIMAL.test(cell) && String(Number(cell)) === cell;
}

/** Finds the numeric text columns: those whose every non-empty cell is a plain decimal. */
export class NumericColumns {
  /** By position; undefined while all cells were empty. */
  readonly #state: ("number" | "text" | undefined)[] = [];

  add(position: number, cell: string): void {
    if (cell === "" || this.#state[position] === "text") return;
    this.#state[position] = isPlainDecimal(cell) ? "number" : "text";
  }

  has(position: number): boolean {
    return this.#state[position] === "number";
  }
}
