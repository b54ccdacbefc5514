/** Items of a table by their titles, and which of them are alike by the words of some columns; stored beside the table. */
import { TextIndex } from "../algorithms/content/text-index.ts";
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import type { IdMap } from "../data/id-map.ts";
import { type MetadataReader, metadataIds, metadataOf } from "../data/item-metadata.ts";
import { TitleIndex } from "../data/title-index.ts";
import { EngineError } from "../engine-error.ts";
import { englishWordsOf } from "../features/plain-words.ts";
import { textOf } from "../features/read-cell.ts";

export interface LookupColumns {
  /** The column of ids, whose text a record does not have. */
  readonly id: string;
  readonly title: string;
  /** Empty for a table whose items are found, and not compared. */
  readonly texts: readonly string[];
}

/** The column of titles by its name: `title`, else `name`, alone or at the end of the name; null if there is none. */
export function titleColumn(columns: readonly string[]): string | null {
  for (const form of [/(^|[\s_.-])title$/i, /(^|[\s_.-])name$/i]) {
    const found = columns.find((column) => form.test(column));
    if (found !== undefined) return found;
  }
  return null;
}

interface LookupParts {
  readonly reader: MetadataReader;
  readonly itemIds: IdMap;
  readonly columns: LookupColumns;
  readonly titles: TitleIndex;
  readonly texts: TextIndex | null;
}

const PREFIX = "lookup";
const COLUMNS = `${PREFIX}.columns`;
const TEXTS = `${PREFIX}.texts`;

export class ItemLookup {
  readonly #reader: MetadataReader;
  readonly #itemIds: IdMap;
  readonly #columns: LookupColumns;
  readonly #titles: TitleIndex;
  readonly #texts: TextIndex | null;

  /** Null for a table without one. Throws `BAD_ARTIFACT`. @param reader Of the same sections. */
  static of(sections: readonly Section[], reader: MetadataReader): ItemLookup | null {
    if (!sections.some(({ name }) => name === COLUMNS)) return null;
    const columns = columnsOf(sectionOf({ sections }, COLUMNS, Uint8Array));
    const titles = TitleIndex.restore(sections, PREFIX, reader.size);
    const texts = columns.texts.length > 0 ? TextIndex.restore(sections, TEXTS) : null;
    if (texts === null || texts.size === reader.size)
      return new ItemLookup({ reader, itemIds: metadataIds(sections), columns, titles, texts });
    throw new EngineError(
      "BAD_ARTIFACT",
      `The table has texts of ${texts.size} items, expected ${reader.size}.`,
    );
  }

  private constructor({ reader, itemIds, columns, titles, texts }: LookupParts) {
    this.#reader = reader;
    this.#itemIds = itemIds;
    this.#columns = columns;
    this.#titles = titles;
    this.#texts = texts;
  }

  /** Items with exactly this title, in the order of the table. */
  titled(title: string): string[] {
    return Array.from(this.#titles.rowsOf(title), (row) => this.#itemIds.idAt(row));
  }

  titleOf(itemId: string): string {
    const record = this.#reader.find(itemId);
    return record ? cellText(record, itemId, this.#columns, this.#columns.title) : "";
  }

  /** Every item with its title, in the order of the table. */
  *all(): Iterable<{ readonly itemId: string; readonly title: string }> {
    for (const { itemId, properties } of this.#reader.records()) {
      yield { itemId, title: cellText(properties, itemId, this.#columns, this.#columns.title) };
    }
  }

  /**
   * All items that share a word with those of a title, and then all others, most alike first; equal ones in the order of the table.
   * Of several items with the title the nearest counts. They are left out themselves. Empty for an unknown title.
   *
   * @param limit The most items of the answer.
   */
  similarTo(title: string, limit: number): { readonly itemId: string; readonly score: number }[] {
    const rows = this.#titles.rowsOf(title);
    const own = new Set(rows);
    const best = new Map<number, number>();
    for (const row of rows) {
      for (const { row: other, score } of this.#texts?.similarTo(row, limit + own.size) ?? []) {
        if (!own.has(other)) best.set(other, Math.max(score, best.get(other) ?? 0));
      }
    }
    const ranked = [...best].sort(([a, one], [b, other]) => other - one || a - b);
    return ranked.slice(0, limit).map(([row, score]) => ({ itemId: this.#itemIds.idAt(row), score }));
  }
}

/** The index of a table's sections, as sections to store beside them. Throws `BAD_DATA` for a column that the table does not have. */
export function lookupSections(sections: readonly Section[], columns: LookupColumns): Section[] {
  const reader = metadataOf(sections);
  const known = [columns.id, ...reader.columns];
  const missing = [columns.title, ...columns.texts].find((column) => !known.includes(column));
  if (missing !== undefined) {
    const names = known.map((name) => `"${name}"`).join(", ");
    throw new EngineError("BAD_DATA", `Column "${missing}" is not in the file. Its columns: ${names}.`);
  }
  const titles: string[] = [];
  const texts: string[] = [];
  for (const { itemId, properties } of reader.records()) {
    titles.push(cellText(properties, itemId, columns, columns.title));
    texts.push(columns.texts.map((column) => cellText(properties, itemId, columns, column)).join(" "));
  }
  return [
    { name: COLUMNS, data: new TextEncoder().encode(JSON.stringify(columns)) },
    ...TitleIndex.build(titles).sections(PREFIX),
    ...(columns.texts.length > 0 ? TextIndex.build(texts, englishWordsOf).sections(TEXTS) : []),
  ];
}

function cellText(
  record: Readonly<Record<string, unknown>>,
  itemId: string,
  { id }: LookupColumns,
  column: string,
): string {
  if (column === id) return itemId;
  const cell = record[column];
  return typeof cell === "string" ? cell : textOf(cell);
}

function columnsOf(bytes: Uint8Array): LookupColumns {
  try {
    const { id, title, texts } = JSON.parse(new TextDecoder().decode(bytes));
    if ([id, title, ...texts].every((name) => typeof name === "string")) return { id, title, texts };
  } catch (error) {
    // Broken JSON and JSON of another form are the same to the caller.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new EngineError("BAD_ARTIFACT", "The columns of the table's index are damaged.");
}
