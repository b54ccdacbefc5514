/** The counts of sealed events, kept bucket by bucket: a seal changes the buckets of its events alone. */
import { type CountBucket, EventCounts, isOver } from "#jobs/event-shard/event-counts.ts";

// One integer names a bucket's piece, so that the table has no index of its own. A bucket has at most 64 pieces.
const TABLE = "CREATE TABLE IF NOT EXISTS counts (piece INTEGER PRIMARY KEY, entries TEXT NOT NULL)";
const LEVELS = 4;
const PIECES = 64;
/** A value has at most 2 MB, and a key is an id of at most 1,024 characters with a group and a type. */
const ENTRIES_PER_PIECE = 5_000;
const MAX_PIECE_LENGTH = 400_000;

export class CountRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  createTable(): void {
    this.#sql.exec(TABLE);
  }

  /** Adds the counts of newly sealed events, and drops buckets that are over. */
  add(sealed: EventCounts, now: number): void {
    for (const bucket of sealed.buckets()) this.#write(this.#merged(bucket));
    const rows = this.#sql.exec<{ piece: number }>("SELECT piece FROM counts").toArray();
    for (const { piece } of rows) {
      if (isOver(bucketOf(piece), now)) this.#sql.exec("DELETE FROM counts WHERE piece = ?", piece);
    }
  }

  *buckets(): Generator<CountBucket> {
    const rows = this.#sql.exec<{ piece: number; entries: string }>("SELECT piece, entries FROM counts");
    for (const { piece, entries } of rows) {
      yield { ...bucketOf(piece), entries: new Map(JSON.parse(entries) as [string, number][]) };
    }
  }

  #merged(bucket: CountBucket): CountBucket {
    const kept = new EventCounts();
    const first = pieceOf(bucket);
    const query = "SELECT entries FROM counts WHERE piece >= ? AND piece < ?";
    for (const { entries } of this.#sql.exec<{ entries: string }>(query, first, first + PIECES)) {
      kept.merge({ ...bucket, entries: new Map(JSON.parse(entries) as [string, number][]) });
    }
    kept.merge(bucket);
    return [...kept.buckets()][0] ?? bucket;
  }

  #write(bucket: CountBucket): void {
    const first = pieceOf(bucket);
    for (const [at, entries] of piecesOf(bucket.entries).entries()) {
      this.#sql.exec("INSERT OR REPLACE INTO counts (piece, entries) VALUES (?, ?)", first + at, entries);
    }
  }
}

/** Entries as JSON in pieces that fit a row. Entries keep their order, so that a growing bucket needs more pieces and never fewer. */
function piecesOf(entries: ReadonlyMap<string, number>): string[] {
  const pieces: string[] = [];
  let open: [string, number][] = [];
  let length = 0;
  const close = () => {
    if (open.length > 0) pieces.push(JSON.stringify(open));
    open = [];
    length = 0;
  };
  for (const entry of entries) {
    if (open.length >= ENTRIES_PER_PIECE || length + entry[0].length > MAX_PIECE_LENGTH) close();
    length += entry[0].length;
    open.push(entry);
  }
  close();
  return pieces.slice(0, PIECES);
}

function pieceOf({ level, at }: Pick<CountBucket, "level" | "at">): number {
  return (at * LEVELS + level) * PIECES;
}

function bucketOf(piece: number): { readonly level: number; readonly at: number } {
  const bucket = Math.floor(piece / PIECES);
  return { level: bucket % LEVELS, at: Math.floor(bucket / LEVELS) };
}
