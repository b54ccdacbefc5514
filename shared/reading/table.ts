/** A row: cells in the order of `Table.names` (undefined where a row has none), or the reason why it cannot be used. */
export interface TableRow {
  /** Line of a text file where the row begins; number of the record in a `.json` file. Both from 1. */
  readonly line: number;
  readonly cells: readonly unknown[];
  readonly problem: string | null;
  /** The text of the row with its line end, if requested; JSON documents have none. */
  readonly text?: string;
}

/** The rows of a file, whatever its format. */
export interface Table {
  /** Columns in the order of the cells. For JSON the list grows during reading, and wanted columns come first. */
  readonly names: readonly string[];
  /** The positions of the wanted columns among the cells. */
  readonly positions: readonly number[];
  /** Rows in batches, one per block of input. Can be read only once. */
  readonly rows: AsyncIterable<TableRow[]>;
  /** Whether the file has a column; certain once all rows are read. */
  hasColumn(name: string): boolean;
}
