/** Connections to PostgreSQL: by a Hyperdrive binding, or by an address in the settings. */
import postgres from "postgres";

/** One connection, which only reads. It belongs to the call of the Worker that opened it. */
export interface ReadOnlyDatabase {
  /** Rows of a statement with `$1`, `$2`, … Throws `DatabaseProblem`. */
  read(statement: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The database refuses or does not answer. The message is for the owner of the source, and has no password in it. */
export class DatabaseProblem extends Error {}

const CONNECT_SECONDS = 10;
/** PostgreSQL ends a statement that takes longer. */
const STATEMENT_MS = 60_000;

/** Opens nothing before the first statement. @param address `postgres://user:password@host:port/database?sslmode=require` */
export function openPostgres(address: string): ReadOnlyDatabase {
  const sql = postgres(address, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    // A connection of Hyperdrive is another one in each transaction.
    prepare: false,
    fetch_types: false,
    onnotice: () => undefined,
  });
  return {
    async read(statement, values) {
      try {
        return await sql.begin("read only", async (transaction) => {
          await transaction.unsafe(
            `set local statement_timeout = ${STATEMENT_MS}; set local timezone = 'UTC'`,
          );
          const rows = await transaction.unsafe(statement, values as never[]);
          return [...rows] as Record<string, unknown>[];
        });
      } catch (error) {
        throw new DatabaseProblem(textOf(error), { cause: error });
      }
    },
    close: () => sql.end({ timeout: 1 }),
  };
}

/** Codes of PostgreSQL, class 28: wrong name or password; 3D: no such database. */
function textOf(error: unknown): string {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  if (code.startsWith("28")) return "The database refuses the name or password of the connection.";
  if (code === "3D000") return "The connection names a database that does not exist.";
  if (code === "57014")
    return `The database took longer than ${STATEMENT_MS / 1000} seconds for one reading.`;
  if (code === "42501") return `The connection may not read everything that the source names: ${message}.`;
  if (/^[0-9A-Z]{5}$/.test(code)) return `The database refuses the reading: ${message}.`;
  return "The database does not answer.";
}
