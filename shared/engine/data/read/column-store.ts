import { IdMapBuilder } from "../id-map.ts";

/**
 * Cells of column-oriented JSON until all columns are there and rows can be built. Each column keeps its distinct values once, as
 * text, and 4 bytes a row. Rows are identified by their keys; the usual keys 0, 1, 2 … take no memory.
 */
export class ColumnStore {
  readonly #columns = new Map<number, StoredColumn>();
  #rowKeys: IdMapBuilder | null = null;
  #rowCount = 0;

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes held, for budgets. */
  get byteLength(): number {
    let bytes = this.#rowKeys?.byteLength ?? 0;
    for (const { codes, values } of this.#columns.values()) bytes += codes.byteLength + values.byteLength;
    return bytes;
  }

  /** Keeps the cell at (row, column). A later value of the same cell wins. */
  set(column: number, rowKey: string, value: unknown): void {
    let stored = this.#columns.get(column);
    if (!stored) {
      stored = { codes: new Uint32Array(1024), values: new IdMapBuilder() };
      this.#columns.set(column, stored);
    }
    const row = this.#rowOf(rowKey);
    if (row >= stored.codes.length) stored.codes = grown(stored.codes, row + 1);
    stored.codes[row] = stored.values.intern(encode(value)) + 1;
  }

  /** Cells of one row, `columnCount` of them. */
  row(row: number, columnCount: number): unknown[] {
    const cells: unknown[] = [];
    for (let column = 0; column < columnCount; column++) {
      const stored = this.#columns.get(column);
      const code = stored?.codes[row] ?? 0;
      cells.push(stored && code > 0 ? decode(stored.values.idAt(code - 1)) : undefined);
    }
    return cells;
  }

  #rowOf(key: string): number {
    if (this.#rowKeys === null) {
      const row = Number(key);
      if (row <= this.#rowCount && String(row) === key) {
        this.#rowCount = Math.max(this.#rowCount, row + 1);
        return row;
      }
      this.#rowKeys = new IdMapBuilder();
      for (let known = 0; known < this.#rowCount; known++) this.#rowKeys.intern(String(known));
    }
    const row = this.#rowKeys.intern(key);
    this.#rowCount = this.#rowKeys.size;
    return row;
  }
}

interface StoredColumn {
  /** Per row: 0 for no cell, otherwise the value's index + 1. */
  codes: Uint32Array;
  readonly values: IdMapBuilder;
}

/** Text behind a quote, everything else as JSON: strings need no parsing. */
function encode(value: unknown): string {
  return typeof value === "string" ? `"${value}` : JSON.stringify(value ?? null);
}

function decode(text: string): unknown {
  return text.startsWith('"') ? text.slice(1) : JSON.parse(text);
}

function grown(array: Uint32Array, atLeast: number): Uint32Array {
  const larger = new Uint32Array(Math.max(array.length * 2, atLeast));
  larger.set(array);
  return larger;
}
