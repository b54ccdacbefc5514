/** Lines of cells, each column as wide as its widest cell, except the last one. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columnCount = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columnCount }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, at) => cell.padEnd(at === row.length - 1 ? 0 : (widths[at] ?? 0))))
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}

/** A configuration in one line, numbers with three digits. */
export function paramsText(params: Readonly<Record<string, string | number | boolean | null>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === "number" ? Number(value.toPrecision(3)) : value}`)
    .join(" ");
}
