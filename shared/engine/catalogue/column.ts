/** The columns of a catalogue: what each item property is, as typed arrays by row. */
import type { IdMap } from "../data/id-map.ts";

/**
 * What a column holds. `string` is one value, `category` a path such as `Books > Crime`, `tags` a set of values, `text` prose for
 * people, whose words rules cannot test.
 */
export const COLUMN_TYPES = ["string", "category", "tags", "number", "date", "boolean", "text"] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  /** Of `category`: what stands between the levels of a path. Of `tags`: what separates values that come as one text. */
  readonly separator?: string;
}

export const CATEGORY_SEPARATOR = " > ";
export const TAG_SEPARATOR = "|";
/** The name of an item's id in rules. A property of the same name cannot be reached. */
export const ID_COLUMN = "id";

export interface StringColumn {
  readonly type: "string" | "category";
  readonly separator: string;
  /** By row: 0 where there is no value, otherwise the value's index in `values` plus 1. */
  readonly codes: Uint32Array;
  readonly values: IdMap;
}

export interface TagsColumn {
  readonly type: "tags";
  readonly separator: string;
  /** Length rows + 1: the tags of row i are `codes[offsets[i] … offsets[i+1])`. An item without tags has none. */
  readonly offsets: Uint32Array;
  /** Indices in `values`. */
  readonly codes: Uint32Array;
  readonly values: IdMap;
}

export interface NumberColumn {
  readonly type: "number" | "date";
  /** By row; dates are epoch milliseconds, NaN stands for no value. */
  readonly values: Float64Array;
}

export interface BooleanColumn {
  readonly type: "boolean";
  /** By row: 0 no value, 1 false, 2 true. */
  readonly values: Uint8Array;
}

export interface TextColumn {
  readonly type: "text";
  /** By row: 1 where there is a text. The texts themselves stay in the metadata. */
  readonly values: Uint8Array;
}

export type Column = StringColumn | TagsColumn | NumberColumn | BooleanColumn | TextColumn;

/** The separator of a column that has one. */
export function separatorOf({ type, separator }: ColumnSchema): string {
  return separator ?? (type === "tags" ? TAG_SEPARATOR : CATEGORY_SEPARATOR);
}
