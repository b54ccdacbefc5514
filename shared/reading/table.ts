/** A row as read: cells in the order of `Table.names` (undefined where a row has none), or the reason why it cannot be used. */
export interface TableRow {
  /** Line of a text file where the row begins; number of the record in a `.json` file. Both from 1. */
  readonly line: number;
  readonly cells: readonly unknown[];
  readonly problem: string | null;
  /** The text of the row with its line end, where it was asked for and a row has one: not in JSON documents. */
  readonly text?: string;
}

/** The rows of a file, whatever its format. */
export interface Table {
  /** Columns in the order of the cells. For JSON the list grows while rows are read, and wanted columns come first. */
  readonly names: readonly string[];
  /** Where a wanted column is among the cells. */
  readonly positions: readonly number[];
  /** Rows in batches of one block of input. To be read once. */
  readonly rows: AsyncIterable<TableRow[]>;
  /** Whether a column is in the file; known for certain once all rows are read. */
  hasColumn(name: string): boolean;
}
