import type { Cell } from "./cell.ts";
import type {
  BooleanColumn,
  Column,
  ColumnSchema,
  NumberColumn,
  StringColumn,
  TagsColumn,
  TextColumn,
} from "./column.ts";
import { separatorOf } from "./column.ts";
import { GrowingDictionary } from "./growing-dictionary.ts";

/** Writes the cells of one column. What is not written keeps the value of the column it starts from, or has none. */
export interface ColumnWriter {
  /** Sets the value of a row, which must fit the column's type. */
  set(row: number, cell: Cell): void;
  finish(): Column;
}

/**
 * A writer of `rowCount` rows, none fewer than those of the column it starts from. That column stays unchanged, and must have the
 * type of the schema.
 */
export function columnWriter(schema: ColumnSchema, rowCount: number, from: Column | null): ColumnWriter {
  switch (schema.type) {
    case "string":
    case "category":
      return new StringWriter(schema, rowCount, from as StringColumn | null);
    case "tags":
      return new TagsWriter(schema, rowCount, from as TagsColumn | null);
    case "number":
    case "date":
      return numberWriter(schema.type, rowCount, from as NumberColumn | null);
    case "boolean":
    case "text":
      return byteWriter(schema.type, rowCount, from as BooleanColumn | TextColumn | null);
  }
}

class StringWriter implements ColumnWriter {
  readonly #schema: ColumnSchema;
  readonly #codes: Uint32Array;
  readonly #values: GrowingDictionary;

  constructor(schema: ColumnSchema, rowCount: number, from: StringColumn | null) {
    this.#schema = schema;
    this.#codes = new Uint32Array(rowCount);
    if (from) this.#codes.set(from.codes);
    this.#values = new GrowingDictionary(from?.values ?? null);
  }

  set(row: number, cell: Cell): void {
    this.#codes[row] = cell === null ? 0 : this.#values.intern(cell as string) + 1;
  }

  finish(): StringColumn {
    const type = this.#schema.type as StringColumn["type"];
    return {
      type,
      separator: separatorOf(this.#schema),
      codes: this.#codes,
      values: this.#values.finish(),
    };
  }
}

class TagsWriter implements ColumnWriter {
  readonly #schema: ColumnSchema;
  readonly #rowCount: number;
  readonly #from: TagsColumn | null;
  readonly #values: GrowingDictionary;
  readonly #written = new Map<number, readonly number[]>();

  constructor(schema: ColumnSchema, rowCount: number, from: TagsColumn | null) {
    this.#schema = schema;
    this.#rowCount = rowCount;
    this.#from = from;
    this.#values = new GrowingDictionary(from?.values ?? null);
  }

  set(row: number, cell: Cell): void {
    const tags = (cell ?? []) as readonly string[];
    this.#written.set(
      row,
      tags.map((tag) => this.#values.intern(tag)),
    );
  }

  #tagsAt(row: number): ArrayLike<number> {
    const written = this.#written.get(row);
    if (written) return written;
    const from = this.#from;
    if (!from || row + 1 >= from.offsets.length) return [];
    return from.codes.subarray(from.offsets[row], from.offsets[row + 1]);
  }

  finish(): TagsColumn {
    const offsets = new Uint32Array(this.#rowCount + 1);
    for (let row = 0; row < this.#rowCount; row++) {
      offsets[row + 1] = (offsets[row] as number) + this.#tagsAt(row).length;
    }
    const codes = new Uint32Array(offsets[this.#rowCount] as number);
    for (let row = 0; row < this.#rowCount; row++) codes.set(this.#tagsAt(row), offsets[row]);
    return {
      type: "tags",
      separator: separatorOf(this.#schema),
      offsets,
      codes,
      values: this.#values.finish(),
    };
  }
}

function numberWriter(type: NumberColumn["type"], rowCount: number, from: NumberColumn | null): ColumnWriter {
  const values = new Float64Array(rowCount).fill(Number.NaN);
  if (from) values.set(from.values);
  return {
    set(row, cell) {
      values[row] = cell === null ? Number.NaN : (cell as number);
    },
    finish: () => ({ type, values }),
  };
}

function byteWriter(
  type: "boolean" | "text",
  rowCount: number,
  from: BooleanColumn | TextColumn | null,
): ColumnWriter {
  const values = new Uint8Array(rowCount);
  if (from) values.set(from.values);
  return {
    set(row, cell) {
      if (cell === null) values[row] = 0;
      else values[row] = type === "text" || cell === false ? 1 : 2;
    },
    finish: () => ({ type, values }),
  };
}
