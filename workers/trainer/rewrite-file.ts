/** An uploaded file without some of its rows, as plain text of the same kind. */
import { openTable } from "#engine/data/read/open-table.ts";
import { idText } from "#engine/data/read/read-interactions.ts";
import type { FileSource, ReadOptions } from "#engine/data/read/source.ts";

export interface Rewriting {
  /** What the new file is called: it is not compressed, and JSON of any form becomes one object a line. */
  readonly name: string;
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Rows left out so far: those of the person. */
  readonly removed: () => number;
  readonly kept: () => number;
}

/**
 * Opens a file and gives it back without the rows whose cell in a column is an id. Rows that cannot be read go, too: nobody knows
 * whose they are.
 */
export async function rewriteWithout(
  source: FileSource,
  options: ReadOptions,
  column: string,
  id: string,
): Promise<Rewriting> {
  const table = await openTable(source, { ...options, wanted: [column], allColumns: true });
  const { delimiter, header } = table.format;
  const encoder = new TextEncoder();
  const at = () => table.positions[0] as number;
  let removed = 0;
  let kept = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (delimiter !== null && header) yield encoder.encode(`${delimited(table.names, delimiter)}\n`);
    for await (const batch of table.rows) {
      const lines: string[] = [];
      for (const { cells, problem } of batch) {
        if (idText(cells[at()]) === id) removed++;
        else if (problem === null) {
          lines.push(delimiter === null ? record(table.names, cells) : delimited(cells, delimiter));
        }
      }
      kept += lines.length;
      if (lines.length > 0) yield encoder.encode(`${lines.join("\n")}\n`);
    }
  }
  const suffix = delimiter === null ? ".ndjson" : delimiter === "\t" ? ".tsv" : ".csv";
  const name = source.name.replace(/^(.[^.]*)\..*$/, `$1${suffix}`);
  return { name, chunks: chunks(), removed: () => removed, kept: () => kept };
}

function delimited(cells: readonly unknown[], delimiter: string): string {
  return cells
    .map((cell) => {
      const text = cell === null || cell === undefined ? "" : String(cell);
      const isPlain = !text.includes(delimiter) && !/["\r\n]/.test(text);
      return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
    })
    .join(delimiter);
}

function record(names: readonly string[], cells: readonly unknown[]): string {
  const entries = names.flatMap((name, at) => (cells[at] === undefined ? [] : [[name, cells[at]] as const]));
  return JSON.stringify(Object.fromEntries(entries));
}
