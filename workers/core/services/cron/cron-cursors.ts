/** Pages over minutes: each run of the cron takes the next page, so that every row is reached however many there are. */
import { eq } from "drizzle-orm";
import { cronCursor } from "#db/cron-schema.ts";
import type { Database } from "#db/database.ts";
import type { Clock } from "#platform/clock.ts";

export interface CursorDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Where the last page ended; null at the beginning. */
export async function readCursor({ db }: Pick<CursorDeps, "db">, name: string): Promise<string | null> {
  const [row] = await db.select().from(cronCursor).where(eq(cronCursor.name, name));
  return row?.position ?? null;
}

/** Null starts from the beginning. */
export async function writeCursor(
  { db, clock }: CursorDeps,
  name: string,
  position: string | null,
): Promise<void> {
  if (position === null) {
    await db.delete(cronCursor).where(eq(cronCursor.name, name));
    return;
  }
  const updatedAt = clock();
  await db
    .insert(cronCursor)
    .values({ name, position, updatedAt })
    .onConflictDoUpdate({ target: cronCursor.name, set: { position, updatedAt } });
}

/**
 * The next page of rows with ascending ids. The cursor moves before the page is worked on. A row that fails does not stop the
 * rows after it, and gets its turn again in the next round.
 *
 * @param page Gives at most `limit` rows with an id above `after`, ascending.
 */
export async function nextPage<Row extends { readonly id: number }>(
  deps: CursorDeps,
  name: string,
  limit: number,
  page: (after: number, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const position = await readCursor(deps, name);
  const rows = await page(Number(position ?? 0), limit);
  const last = rows.length < limit ? undefined : rows.at(-1);
  if (last !== undefined) await writeCursor(deps, name, String(last.id));
  else if (position !== null) await writeCursor(deps, name, null);
  return rows;
}
