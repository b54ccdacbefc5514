/** Tables as CSV (RFC 4180). Pure. */

export type Cell = string | number | boolean | null;

export interface DataTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Lines end with CRLF. An empty cell stands for null. A text that a spreadsheet would run as a formula gets a quote before it. */
export function toCsv({ head, rows }: DataTable): string {
  return [head, ...rows].map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
