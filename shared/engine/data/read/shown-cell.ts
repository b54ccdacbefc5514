/** Cells of a file: their numbers, and how messages quote them. */
import { cleanText, idProblem } from "#reading/clean-id.ts";
import { shorten } from "#reading/column-names.ts";

const DECIMAL_COMMA = /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i;

/** The cell with a point in place of its decimal comma. */
export function withPoint(cell: unknown): unknown {
  return typeof cell === "string" && DECIMAL_COMMA.test(cell) ? cell.replace(",", ".") : cell;
}

/** A cell in a message. */
export function shownCell(cell: unknown): string {
  if (cell === undefined) return "the row is too short";
  if (cell === null) return "null";
  if (typeof cell !== "string") return typeof cell === "object" ? "an object or list" : shorten(String(cell));
  const problem = idProblem(cell);
  if (problem === "too long") return `${cell.length} characters long`;
  if (problem === "empty") return "empty";
  const note = problem === "control character" ? ", which holds a control character" : "";
  return `"${shorten(cleanText(cell))}"${note}`;
}
