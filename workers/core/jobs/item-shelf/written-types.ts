/** The types of the properties of many written items. */
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import { fitsColumn, isNoValue, typeOfValue } from "./property-types.ts";
import type { WrittenColumn } from "./shelf-row.ts";

export class WrittenTypes {
  readonly #columns: Map<string, ColumnSchema | WrittenColumn>;

  constructor(columns: readonly (ColumnSchema | WrittenColumn)[]) {
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  /** Adds columns, over those of the same names. */
  add(columns: readonly WrittenColumn[]): void {
    for (const column of columns) this.#columns.set(column.name, column);
  }

  of(name: string): WrittenColumn["type"] | null {
    return this.#columns.get(name)?.type ?? null;
  }

  /** Columns for properties that have none yet: the first value decides. */
  newColumns(properties: Readonly<Record<string, unknown>>): WrittenColumn[] {
    const isNew = ([name, value]: [string, unknown]) => !this.#columns.has(name) && !isNoValue(value);
    return Object.entries(properties)
      .filter(isNew)
      .map(([name, value]) => ({ name, type: typeOfValue(value) }));
  }

  /** The names of properties that are of another type than their column. */
  *misfits(properties: Readonly<Record<string, unknown>>): Generator<string> {
    for (const [name, value] of Object.entries(properties)) {
      const column = this.#columns.get(name);
      if (column && !fitsColumn(column, value)) yield name;
    }
  }
}
