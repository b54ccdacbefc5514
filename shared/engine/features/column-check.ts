/** Checks whether the values of a table fit columns whose types somebody chose. */
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FeatureType } from "#contract/feature-types.ts";
import type { FeatureRow } from "./feature-row.ts";
import { dateOf, isFlag, listOf, numberOf, textOf } from "./read-cell.ts";
import { placeOf } from "./read-place.ts";
import { vectorOf } from "./read-vector.ts";

/** The first value of a column that does not fit it. */
export interface Misfit {
  readonly column: FeatureColumn;
  /** The value as text, shortened. */
  readonly value: string;
  /** What the column needs instead, such as "a number". */
  readonly needs: string;
}

/** @param where What names the row, such as `line 5 (item "i5")`. */
export function misfitText({ column, value, needs }: Misfit, where: string): string {
  return `The column "${column.name}" cannot be of the type ${column.type}: ${where} has ${JSON.stringify(value)}, which is not ${needs}.`;
}

const SHOWN_LENGTH = 60;

const NEEDS: Readonly<Record<Exclude<FeatureType, "id" | "ignored">, string>> = {
  title: "a text",
  text: "a text",
  category: "a text",
  tags: "a list of texts, or a text",
  flag: "0 or 1, true or false",
  number: "a number",
  date: "a date",
  image: "the address of a picture",
  geo: 'a place, such as "35.68,139.76"',
  vector: "a JSON list of numbers, or float32 numbers in base64",
};

/** Sees rows one by one. Values that are not there fit everything. */
export class ColumnCheck {
  readonly #columns: readonly FeatureColumn[];
  readonly #lengths: Map<string, number>;

  /** @param lengths Of vectors by column; that of the first one where it is not given. */
  constructor(columns: readonly FeatureColumn[], lengths: ReadonlyMap<string, number> = new Map()) {
    this.#columns = columns;
    this.#lengths = new Map(lengths);
  }

  /** The misfit of the first column of the row that has one; null if all fit. */
  check(row: FeatureRow): Misfit | null {
    for (const column of this.#columns) {
      const needs = this.#needs(column, row);
      if (needs !== null) return { column, value: shown(cellOf(column, row)), needs };
    }
    return null;
  }

  #needs(column: FeatureColumn, row: FeatureRow): string | null {
    const cell = row[column.name];
    const { type } = column;
    if (type === "id" || type === "ignored" || isNothing(cellOf(column, row))) return null;
    if (type === "vector") return this.#needsOfVector(column.name, cell);
    return fits(column, row) ? null : NEEDS[type];
  }

  #needsOfVector(name: string, cell: unknown): string | null {
    const vector = vectorOf(cell);
    if (vector === null) return NEEDS.vector;
    if (vector.every((value) => value === 0)) return "a vector that has a direction";
    const length = this.#lengths.get(name) ?? vector.length;
    this.#lengths.set(name, length);
    return vector.length === length ? null : `a vector of ${length} numbers as other rows`;
  }
}

/** The cell of a column; of a place in two columns both, if one is there. */
function cellOf({ name, longitude }: FeatureColumn, row: FeatureRow): unknown {
  if (longitude === undefined) return row[name];
  return isNothing(row[name]) && isNothing(row[longitude])
    ? null
    : [row[name] ?? null, row[longitude] ?? null];
}

function isNothing(cell: unknown): boolean {
  return cell === null || cell === undefined || cell === "";
}

function fits(column: FeatureColumn, row: FeatureRow): boolean {
  const cell = row[column.name];
  switch (column.type) {
    case "number":
      return !Number.isNaN(numberOf(cell));
    case "date":
      return !Number.isNaN(dateOf(cell));
    case "flag":
      return isFlag(cell) || /^(yes|no|y|n|t|f)$/i.test(textOf(cell));
    case "geo":
      return placeOf(column, row) !== null;
    case "tags":
      return typeof cell !== "object" || (listOf(cell)?.every((part) => typeof part !== "object") ?? false);
    default:
      return typeof cell !== "object";
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 1)}…` : text;
}
