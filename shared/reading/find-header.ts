/** Decides whether the first row of separated text is a header, by its difference from the rows below it. */
import { isEmptyCell, isNumber } from "./sample.ts";
import { USUAL_NAME } from "./usual-names.ts";

export interface FoundHeader {
  readonly hasHeader: boolean;
  /** The reason, for readers: the end of a sentence that begins with what the first row is. */
  readonly reason: string;
}

const DATE = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}/;

/**
 * Cases, first match wins:
 *  - the cells are 0, 1, 2 … and a column below holds text   → header: tables without names of columns are written so
 *  - a cell occurs again in its column, or is a number or date as those below are  → data
 *  - a cell is text where the column holds numbers or dates  → header
 *  - a cell has no digit where all others of the column do   → header
 *  - two cells are usual names of columns                    → header
 *  - otherwise                                               → data
 */
export function findHeader(first: readonly string[], following: readonly (readonly string[])[]): FoundHeader {
  const isSame = (row: readonly string[]) =>
    row.length === first.length && row.every((cell, at) => cell === first[at]);
  // A header may occur again in the middle, where files were joined.
  const rows = following.filter((row) => !isSame(row));
  const columns = first.map((cell, at) => ({
    cell,
    at: at + 1,
    below: rows.map((row) => row[at] ?? "").filter((below) => !isEmptyCell(below)),
  }));
  const told = columns.filter(({ cell, below }) => !isEmptyCell(cell) && below.length > 0);
  const isCounted =
    first.every((cell, at) => Number(cell) === at + Number(first[0])) && /^[01]$/.test(first[0] ?? "");
  if (isCounted && told.some(({ below }) => !below.some(isValue))) {
    return { hasHeader: true, reason: "it counts the columns" };
  }
  for (const { cell, at, below } of told) {
    if (below.includes(cell)) return { hasHeader: false, reason: `"${cell}" occurs again in column ${at}` };
    if (isValue(cell) && below.every(isValue)) {
      return { hasHeader: false, reason: `column ${at} holds a number or date in it, too` };
    }
  }
  return headerBy(told, first);
}

interface Column {
  readonly cell: string;
  readonly at: number;
  readonly below: readonly string[];
}

function headerBy(told: readonly Column[], first: readonly string[]): FoundHeader {
  const filled = first.filter((cell) => !isEmptyCell(cell));
  const isDistinct = new Set(filled).size === filled.length;
  const overValues = told.find(({ cell, below }) => !isValue(cell) && below.every(isValue));
  if (overValues) {
    const { cell, at } = overValues;
    return { hasHeader: true, reason: `column ${at} holds numbers or dates below "${cell}"` };
  }
  const overDigits = told.find(({ cell, below }) => !/\d/.test(cell) && below.every((one) => /\d/.test(one)));
  if (isDistinct && overDigits) {
    const { cell, at } = overDigits;
    return { hasHeader: true, reason: `column ${at} has digits in every cell below "${cell}"` };
  }
  const usual = filled.filter((cell) => USUAL_NAME.test(cell));
  if (isDistinct && usual.length > 1) {
    return { hasHeader: true, reason: `"${usual[0]}" and "${usual[1]}" are usual names of columns` };
  }
  return { hasHeader: false, reason: "it looks like the rows below" };
}

function isValue(cell: string): boolean {
  return isNumber(cell) || DATE.test(cell);
}
