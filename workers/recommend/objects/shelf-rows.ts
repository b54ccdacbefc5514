/** The tables of an item shelf in its object's SQLite. */
import { bytesOfRow } from "#jobs/item-shelf/apply-writes.ts";
import type { ShelfQuery } from "#jobs/item-shelf/shelf-object.ts";
import { ITEM_STATES, type ShelfRow, type WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";

const TABLES = [
  "CREATE TABLE IF NOT EXISTS shelf (id INTEGER PRIMARY KEY, project_id INTEGER, seq INTEGER NOT NULL, row_count INTEGER NOT NULL, bytes INTEGER NOT NULL, snapshot_seq INTEGER, planned_seq INTEGER)",
  "CREATE TABLE IF NOT EXISTS item (item_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, properties TEXT NOT NULL, is_partial INTEGER NOT NULL, state INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, new_at INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE UNIQUE INDEX IF NOT EXISTS item_seq ON item (seq)",
  "CREATE TABLE IF NOT EXISTS property (name TEXT PRIMARY KEY, type TEXT NOT NULL)",
];

export interface ShelfState {
  readonly projectId: number;
  /** The last change. */
  readonly seq: number;
  readonly rows: number;
  readonly bytes: number;
  /** The last change in the snapshot; null without one. */
  readonly snapshotSeq: number | null;
  /** Of a snapshot that is being written, or whose writer was killed. */
  readonly plannedSeq: number | null;
}

type SqlRow = {
  item_id: string;
  seq: number;
  properties: string;
  is_partial: number;
  state: number;
  created_at: number;
  updated_at: number;
  new_at: number;
};

type SqlState = {
  project_id: number;
  seq: number;
  row_count: number;
  bytes: number;
  snapshot_seq: number | null;
  planned_seq: number | null;
};

export class ShelfRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  createTables(): void {
    for (const table of TABLES) this.#sql.exec(table);
  }

  /** Null for a shelf where nothing was written. */
  state(): ShelfState | null {
    const hasTables = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'shelf'").toArray().length > 0;
    const [row] = hasTables ? this.#sql.exec<SqlState>("SELECT * FROM shelf").toArray() : [];
    if (!row) return null;
    return {
      projectId: row.project_id,
      seq: row.seq,
      rows: row.row_count,
      bytes: row.bytes,
      snapshotSeq: row.snapshot_seq,
      plannedSeq: row.planned_seq,
    };
  }

  saveState(state: ShelfState): void {
    const { projectId, seq, rows, bytes, snapshotSeq, plannedSeq } = state;
    this.#sql.exec(
      "INSERT OR REPLACE INTO shelf (id, project_id, seq, row_count, bytes, snapshot_seq, planned_seq) VALUES (1, ?, ?, ?, ?, ?, ?)",
      ...[projectId, seq, rows, bytes, snapshotSeq, plannedSeq],
    );
  }

  find(itemId: string): ShelfRow | null {
    const [row] = this.#sql.exec<SqlRow>("SELECT * FROM item WHERE item_id = ?", itemId).toArray();
    return row ? toRow(row) : null;
  }

  columns(): WrittenColumn[] {
    return this.#sql
      .exec<{ name: string; type: string }>("SELECT name, type FROM property")
      .toArray() as WrittenColumn[];
  }

  /** Stores rows and columns, and what they make of the state. */
  save(state: ShelfState, rows: readonly ShelfRow[], columns: readonly WrittenColumn[]): ShelfState {
    let { rows: count, bytes, seq } = state;
    for (const row of rows) {
      const before = this.find(row.itemId);
      count += before ? 0 : 1;
      bytes += bytesOfRow(row) - (before ? bytesOfRow(before) : 0);
      seq = Math.max(seq, row.seq);
      this.#sql.exec(
        "INSERT OR REPLACE INTO item (item_id, seq, properties, is_partial, state, created_at, updated_at, new_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ...[row.itemId, row.seq, row.properties, Number(row.isPartial), ITEM_STATES.indexOf(row.state)],
        ...[row.createdAt, row.updatedAt, row.newAt],
      );
    }
    for (const { name, type } of columns) {
      this.#sql.exec("INSERT OR IGNORE INTO property (name, type) VALUES (?, ?)", name, type);
    }
    const next = { ...state, rows: count, bytes, seq };
    this.saveState(next);
    return next;
  }

  hasProperties(): boolean {
    const query = "SELECT 1 FROM item WHERE properties <> '{}' AND state <> ? LIMIT 1";
    return this.#sql.exec(query, ITEM_STATES.indexOf("deleted")).toArray().length > 0;
  }

  countSince(seq: number): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM item WHERE seq > ?", seq).one().n;
  }

  /** Rows changed since, oldest change first, as long as they have at most `maxBytes` together, at least one. */
  since(seq: number, maxBytes: number): ShelfRow[] {
    const rows: ShelfRow[] = [];
    let bytes = 0;
    for (const row of this.#sql.exec<SqlRow>("SELECT * FROM item WHERE seq > ? ORDER BY seq", seq)) {
      bytes += row.properties.length + row.item_id.length;
      if (rows.length > 0 && bytes > maxBytes) break;
      rows.push(toRow(row));
    }
    return rows;
  }

  *all(): Generator<ShelfRow> {
    for (const row of this.#sql.exec<SqlRow>("SELECT * FROM item ORDER BY seq")) yield toRow(row);
  }

  list({ text, state, limit, after }: ShelfQuery): ShelfRow[] {
    const wanted = text.toLowerCase();
    const found: ShelfRow[] = [];
    const query = "SELECT * FROM item WHERE item_id > ? ORDER BY item_id";
    for (const row of this.#sql.exec<SqlRow>(query, after ?? "")) {
      if (state !== null && ITEM_STATES[row.state] !== state) continue;
      const isFound =
        wanted === "" ||
        row.item_id.toLowerCase().includes(wanted) ||
        row.properties.toLowerCase().includes(wanted);
      if (isFound) found.push(toRow(row));
      if (found.length === limit) break;
    }
    return found;
  }
}

function toRow(row: SqlRow): ShelfRow {
  return {
    seq: row.seq,
    itemId: row.item_id,
    properties: row.properties,
    isPartial: row.is_partial === 1,
    state: ITEM_STATES[row.state] ?? "deleted",
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    newAt: row.new_at,
  };
}
