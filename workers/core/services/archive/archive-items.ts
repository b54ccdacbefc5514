/** Written items as files of an archive: their columns first, then rows as lines, the oldest change first. */
import {
  type ArchiveItem,
  type ArchiveItemColumn,
  archiveItem,
  archiveItemColumns,
  ITEM_COLUMNS_NAME,
  ITEM_ROWS_PREFIX,
} from "#contract/archive-item.ts";
import { MAX_WRITTEN_BYTES, MAX_WRITTEN_ITEMS, MAX_WRITTEN_PROPERTIES } from "#contract/limits.ts";
import { bytesOfRow } from "#jobs/item-shelf/apply-writes.ts";
import type { ShelfRow, WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";
import { WrittenTypes } from "#jobs/item-shelf/written-types.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import { isArchivedId } from "./archived-id.ts";

type Deps = Pick<ServiceDeps, "items">;

/** Of one file, about; a file of an archive has at most 4 MiB. */
const FILE_LENGTH = 1024 * 1024;

export async function* itemFiles(
  { items }: Deps,
  projectId: number,
): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  const columns = await columnsOf(items, projectId);
  if (columns.length > 0) yield { name: ITEM_COLUMNS_NAME, text: JSON.stringify(columns) };
  let page = 0;
  let text = "";
  const file = () => ({ name: `${ITEM_ROWS_PREFIX}${String(++page).padStart(6, "0")}.ndjson`, text });
  for await (const rows of items.rows(projectId)) {
    for (const row of rows) {
      text += `${JSON.stringify(toArchive(row))}\n`;
      if (text.length < FILE_LENGTH) continue;
      yield file();
      text = "";
    }
  }
  if (text !== "") yield file();
}

/** The columns of the shelf. Those with values of another type are marked, also if a file has them. */
async function columnsOf(items: ServiceDeps["items"], projectId: number): Promise<ArchiveItemColumn[]> {
  const written = await items.columns(projectId);
  const types = new WrittenTypes(written);
  const mixed = new Set<string>();
  for await (const rows of items.rows(projectId)) {
    for (const { properties: text } of rows) {
      const properties = JSON.parse(text) as Record<string, unknown>;
      types.add(types.newColumns(properties));
      for (const name of types.misfits(properties)) mixed.add(name);
    }
  }
  const names = new Set([...written.map(({ name }) => name), ...mixed]);
  return [...names].map((name) => ({
    name,
    type: types.of(name) ?? "object",
    ...(mixed.has(name) && { is_mixed: true }),
  }));
}

function toArchive(row: ShelfRow): ArchiveItem {
  return {
    item_id: row.itemId,
    properties: row.properties,
    is_partial: row.isPartial,
    state: row.state,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    new_at: row.newAt,
  };
}

/** Takes the files of one archive into the shelf of its new project. */
export class ImportedItems {
  readonly #items: ServiceDeps["items"];
  readonly #types = new WrittenTypes([]);
  readonly #mixed = new Set<string>();
  #columns = 0;
  /** Columns that the rows need and that are not stored yet. */
  readonly #added: WrittenColumn[] = [];
  #rows = 0;
  #bytes = 0;

  constructor({ items }: Deps) {
    this.#items = items;
  }

  static isFile(name: string): boolean {
    return name === ITEM_COLUMNS_NAME || name.startsWith(ITEM_ROWS_PREFIX);
  }

  /** Throws `BadArchive` for a file that is no such file, or has more than a project may have. */
  async take(projectId: number, name: string, text: string): Promise<void> {
    if (name === ITEM_COLUMNS_NAME) {
      return this.#takeColumns(projectId, parse(archiveItemColumns, name, text));
    }
    const lines = text.split("\n").filter((line) => line !== "");
    const rows = lines.map((line, at) => this.#read(name, line, at + 1));
    if (rows.length === 0) throw new BadArchive(`"${name}" of the archive has no item.`);
    this.#rows += rows.length;
    this.#bytes += rows.reduce((sum, row) => sum + bytesOfRow(row), 0);
    if (this.#rows > MAX_WRITTEN_ITEMS || this.#bytes > MAX_WRITTEN_BYTES) {
      throw new BadArchive("The archive has more written items than a project may have.");
    }
    await this.#items.restore(projectId, rows, this.#added.splice(0));
  }

  async #takeColumns(projectId: number, columns: readonly ArchiveItemColumn[]): Promise<void> {
    this.#types.add(columns);
    for (const { name, is_mixed } of columns) if (is_mixed) this.#mixed.add(name);
    await this.#items.restore(projectId, [], this.#withRoom(columns));
  }

  /** A row that `/v1/items` could have written; its properties are of the types of their columns. */
  #read(file: string, line: string, at: number): ShelfRow {
    const item = parse(archiveItem, file, line);
    const refuse = (why: string) => new BadArchive(`Line ${at} of "${file}" ${why}.`);
    if (!isArchivedId(item.item_id)) throw refuse("has an id that no item can have");
    const properties = JSON.parse(item.properties) as Record<string, unknown>;
    if (item.state === "deleted" && item.properties !== "{}")
      throw refuse("is a deleted item with properties");
    for (const property of this.#types.misfits(properties)) {
      if (!this.#mixed.has(property))
        throw refuse(`has a "${property}" that is no ${this.#types.of(property)}`);
    }
    const added = this.#types.newColumns(properties);
    this.#types.add(added);
    this.#added.push(...this.#withRoom(added));
    return toRow(item);
  }

  /** As many columns as a project may have; the properties of the others stay, as those of a file that is gone. */
  #withRoom(columns: readonly WrittenColumn[]): WrittenColumn[] {
    const kept = columns.slice(0, MAX_WRITTEN_PROPERTIES - this.#columns);
    this.#columns += kept.length;
    return kept.map(({ name, type }) => ({ name, type }));
  }
}

function toRow(item: ArchiveItem): ShelfRow {
  return {
    seq: 0,
    itemId: item.item_id,
    properties: item.properties,
    isPartial: item.is_partial,
    state: item.state,
    createdAt: item.created_at,
    updatedAt: item.updated_at,
    newAt: item.new_at,
  };
}

function parse<Value>(
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false } },
  name: string,
  text: string,
): Value {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadArchive(`"${name}" of the archive has something else than written items.`);
}
