export interface LogLine {
  /** From 1, without gaps. */
  readonly line: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
}

const CREATE =
  "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, message TEXT NOT NULL)";

/** The log of one study, in its object's own storage. */
export class StudyLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** May be called again. */
  static createTable(sql: SqlStorage): void {
    sql.exec(CREATE);
  }

  append(message: string, at: number): LogLine {
    const { line } = this.#sql
      .exec<{ line: number }>(
        "INSERT INTO log (at, message) VALUES (?, ?) RETURNING seq AS line",
        at,
        message,
      )
      .one();
    return { line, at, message };
  }

  /** The first lines after one, in order; all without a limit. */
  after(line: number, limit = Number.MAX_SAFE_INTEGER): LogLine[] {
    const following = "SELECT seq AS line, at, message FROM log WHERE seq > ? ORDER BY seq LIMIT ?";
    return this.#read(following, line, limit);
  }

  /** The last lines before one, in order; of all without one. */
  before(line: number | null, limit: number): LogLine[] {
    const newest = "SELECT seq AS line, at, message FROM log WHERE seq < ? ORDER BY seq DESC LIMIT ?";
    return this.#read(newest, line ?? Number.MAX_SAFE_INTEGER, limit).reverse();
  }

  #read(query: string, ...bindings: number[]): LogLine[] {
    return this.#sql.exec<{ line: number; at: number; message: string }>(query, ...bindings).toArray();
  }
}
