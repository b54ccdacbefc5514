import { MAX_COLUMN_NAME } from "#contract/feature-columns.ts";
import {
  HEADER_ONLY_TEXT,
  type MetadataReport,
  REJECTED_ROWS_LISTED,
  type RejectedRow,
} from "#contract/ingestion.ts";
import { MAX_METADATA_BYTES, MAX_TABLE_COLUMNS } from "#contract/limits.ts";
import { idText } from "#reading/clean-id.ts";
import { shorten } from "#reading/column-names.ts";
import type { TableRow } from "#reading/table.ts";
import { EngineError } from "../../engine-error.ts";
import { ByteLog } from "../byte-log.ts";
import { IdMapBuilder } from "../id-map.ts";
import type { ItemMetadata } from "../item-metadata.ts";
import { NumericColumns } from "../numeric-columns.ts";
import { type OpenedTable, openTable } from "../read/open-table.ts";
import { refuseMissingColumns } from "../read/read-interactions.ts";
import { type FileSource, parseFailure, type ReadOptions } from "../read/source.ts";

export interface ReadMetadataOptions extends ReadOptions {
  readonly columns: { readonly item: string; readonly header?: boolean | undefined };
  /** What the rows describe, for messages; the item column then holds their ids. */
  readonly about?: "item" | "user";
  /** More bytes of records than this are refused (UNSUPPORTED); see MAX_METADATA_BYTES. */
  readonly maxBytes?: number;
}

/**
 * Reads a file about items: only the item column is required, all others become the item's record. A column of delimited text is
 * numeric only if all of it is (see `NumericColumns`), an empty cell is null; JSON values stay unchanged. The first row of an
 * item wins.
 */
export async function readMetadata(
  source: FileSource,
  options: ReadMetadataOptions,
): Promise<{ metadata: ItemMetadata; report: MetadataReport }> {
  const { item, header } = options.columns;
  const table = await openTable(source, { ...options, wanted: [item], allColumns: true, header });
  const collector = new MetadataCollector(table, options);
  refuseWide(table);
  for await (const batch of table.rows) {
    refuseWide(table);
    for (const row of batch) collector.take(row);
  }
  refuseMissingColumns(table, [item]);
  collector.refuseEmpty(source.name);
  return collector.finish();
}

const MB = 1024 * 1024;

/** The names of JSON columns are known once the rows are. */
function refuseWide({ names }: OpenedTable): void {
  const count = names.length - 1;
  if (count > MAX_TABLE_COLUMNS) {
    throw new EngineError(
      "UNSUPPORTED",
      `The file has more than ${MAX_TABLE_COLUMNS} columns apart from the ids. Leave out those that say nothing of all rows, or make tags of them.`,
    );
  }
  const long = names.findIndex((name) => name.length > MAX_COLUMN_NAME);
  if (long < 0) return;
  const name = names[long] as string;
  throw new EngineError(
    "BAD_DATA",
    `The name of column ${long + 1} has ${name.length} characters, and ${MAX_COLUMN_NAME} are allowed: "${shorten(name)}". Is the first row a header?`,
  );
}

class MetadataCollector {
  readonly #table: OpenedTable;
  readonly #itemAt: number;
  readonly #idColumn: string;
  readonly #isText: boolean;
  readonly #maxBytes: number;
  readonly #about: "item" | "user";
  readonly #keepsMissingWords: boolean;
  readonly #ids = new IdMapBuilder();
  readonly #records = new ByteLog();
  readonly #numeric = new NumericColumns();
  readonly #lines: number[] = [];
  readonly #rejected: RejectedRow[] = [];
  #rowCount = 0;
  #rejectedCount = 0;
  #unreadableCount = 0;

  constructor(table: OpenedTable, { columns, maxBytes, about, keepsMissingWords }: ReadMetadataOptions) {
    this.#table = table;
    this.#itemAt = table.positions[0] as number;
    this.#idColumn = columns.item;
    this.#isText = table.format.delimiter !== null;
    this.#maxBytes = maxBytes ?? MAX_METADATA_BYTES;
    this.#about = about ?? "item";
    this.#keepsMissingWords = keepsMissingWords ?? false;
  }

  take(row: TableRow): void {
    this.#rowCount++;
    const id = row.problem === null ? idText(row.cells[this.#itemAt], this.#keepsMissingWords) : null;
    if (id === null) {
      this.#reject(row);
      return;
    }
    const index = this.#ids.intern(id);
    if (index < this.#records.size) return;
    this.#records.push(JSON.stringify(this.#record(row)));
    this.#lines.push(row.line);
    if (this.#records.byteLength + this.#ids.byteLength <= this.#maxBytes) return;
    throw new EngineError(
      "UNSUPPORTED",
      `The table of ${this.#about}s has more than ${this.#maxBytes / MB} MB of ids and properties, which is the limit. Leave out columns that nobody uses.`,
    );
  }

  #reject(row: TableRow): void {
    this.#rejectedCount++;
    if (row.problem !== null) this.#unreadableCount++;
    if (this.#rejected.length >= REJECTED_ROWS_LISTED) return;
    this.#rejected.push({ line: row.line, reason: row.problem ?? `has no ${this.#about} id` });
  }

  #record(row: TableRow): Record<string, unknown> {
    // Without a prototype, a column named "__proto__" is a column like any other.
    const record: Record<string, unknown> = Object.create(null);
    for (let at = 0; at < this.#table.names.length; at++) {
      const cell = row.cells[at];
      if (at === this.#itemAt || cell === undefined || this.#table.names[at] === "") continue;
      if (this.#isText) this.#numeric.add(at, cell as string);
      record[this.#table.names[at] as string] = cell === "" && this.#isText ? null : cell;
    }
    return record;
  }

  refuseEmpty(name: string): void {
    if (this.#ids.size > 0) return;
    const [first] = this.#rejected;
    if (first === undefined) {
      const hasHeader = this.#table.format.header;
      throw new EngineError("EMPTY_DATA", hasHeader ? HEADER_ONLY_TEXT : "The submitted file has no rows.");
    }
    const unit = this.#table.format.name === "json" ? "Record" : "Line";
    const sentence = `${unit} ${first.line} ${first.reason}.`;
    if (this.#unreadableCount === this.#rowCount) throw parseFailure(name, sentence);
    throw new EngineError(
      "EMPTY_DATA",
      `None of the ${this.#rowCount} rows can be used. The first: ${sentence}`,
    );
  }

  #warnings(idCount: number): string[] {
    const warnings: string[] = [];
    if (this.#table.names.includes("")) warnings.push("Values under an empty name are left out.");
    const repeats = this.#rowCount - this.#rejectedCount - idCount;
    if (this.#rejectedCount > 0) {
      warnings.push(`${this.#rejectedCount} of ${this.#rowCount} rows were rejected.`);
    }
    if (repeats > 0) {
      const rows = repeats === 1 ? "1 row repeats" : `${repeats} rows repeat`;
      warnings.push(`${rows} an id: the first row of each ${this.#about} counts.`);
    }
    return warnings;
  }

  finish(): { metadata: ItemMetadata; report: MetadataReport } {
    const { names } = this.#table;
    const columns = names.filter((name, at) => at !== this.#itemAt && name !== "");
    const numericColumns = names.filter((_, at) => at !== this.#itemAt && this.#numeric.has(at));
    const itemIds = this.#ids.finish();
    const report: MetadataReport = {
      rows: this.#rowCount,
      items: itemIds.size,
      duplicates: this.#rowCount - this.#rejectedCount - itemIds.size,
      rejected_rows: this.#rejectedCount,
      rejected: [...this.#rejected],
      id_column: this.#idColumn,
      columns: columns.map((name) => ({
        name,
        kind: this.#isText ? (numericColumns.includes(name) ? "number" : "text") : "as written",
      })),
      coverage: null,
      format: this.#table.format,
      warnings: [...this.#table.warnings, ...this.#warnings(itemIds.size)],
    };
    const lines = Uint32Array.from(this.#lines);
    return { metadata: { itemIds, columns, numericColumns, records: this.#records.finish(), lines }, report };
  }
}
