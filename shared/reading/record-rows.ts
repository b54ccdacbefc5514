/** JSON objects as table rows: wanted columns first, then, if all are requested, the others in order of appearance. */
import { MAX_TABLE_COLUMNS } from "#contract/limits.ts";
import type { TableRow } from "./table.ts";

/** Keys past this bound are left out: one more than a table may have apart from its ids, so that its reader sees that there are too many. */
const MAX_COLUMNS = MAX_TABLE_COLUMNS + 2;

export class RecordRows {
  readonly names: string[];
  readonly positions: readonly number[];
  readonly #index: Map<string, number>;
  readonly #seen = new Set<string>();
  readonly #allColumns: boolean;

  constructor(wanted: readonly string[], allColumns: boolean) {
    this.names = [...new Set(wanted)];
    this.#index = new Map(this.names.map((name, index) => [name, index]));
    this.positions = wanted.map((name) => this.names.indexOf(name));
    this.#allColumns = allColumns;
  }

  hasColumn(name: string): boolean {
    return this.#seen.has(name);
  }

  /** All column names met so far, read or not; for messages. */
  get seenNames(): string[] {
    return [...this.#seen];
  }

  /** Index of the column among the cells, or −1 when it is not read. */
  columnIndex(name: string): number {
    if (this.#seen.size < MAX_COLUMNS) this.#seen.add(name);
    const known = this.#index.get(name);
    if (known !== undefined) {
      this.#seen.add(name);
      return known;
    }
    if (!this.#allColumns || this.names.length >= MAX_COLUMNS) return -1;
    this.#index.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** A row from any JSON value; a value that is not an object becomes a rejected row. */
  toRow(value: unknown, line: number): TableRow {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { line, cells: [], problem: "is not a JSON object" };
    }
    const cells: unknown[] = new Array(this.names.length).fill(undefined);
    for (const [name, cell] of Object.entries(value)) {
      const index = this.columnIndex(name);
      if (index >= 0) cells[index] = cell;
    }
    return { line, cells, problem: null };
  }
}
