/** Written items as files of an archive: their columns first, then rows as lines, the oldest change first. */
import {
  type ArchiveItem,
  archiveItem,
  archiveItemColumns,
  ITEM_COLUMNS_NAME,
  ITEM_ROWS_PREFIX,
} from "#contract/archive-item.ts";
import { MAX_WRITTEN_BYTES, MAX_WRITTEN_ITEMS } from "#contract/limits.ts";
import { bytesOfRow } from "#jobs/item-shelf/apply-writes.ts";
import type { ShelfRow } from "#jobs/item-shelf/shelf-row.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";

type Deps = Pick<ServiceDeps, "items">;

/** Of one file, about; a file of an archive has at most 4 MiB. */
const FILE_LENGTH = 1024 * 1024;

export async function* itemFiles(
  { items }: Deps,
  projectId: number,
): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  const columns = await items.columns(projectId);
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
      await this.#items.restore(projectId, [], parse(archiveItemColumns, name, text));
      return;
    }
    const lines = text.split("\n").filter((line) => line !== "");
    const rows = lines.map((line) => toRow(parse(archiveItem, name, line)));
    this.#rows += rows.length;
    this.#bytes += rows.reduce((sum, row) => sum + bytesOfRow(row), 0);
    if (this.#rows > MAX_WRITTEN_ITEMS || this.#bytes > MAX_WRITTEN_BYTES) {
      throw new BadArchive("The archive has more written items than a project may have.");
    }
    await this.#items.restore(projectId, rows, []);
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
