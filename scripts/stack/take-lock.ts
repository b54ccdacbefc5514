import { DatabaseSync } from "node:sqlite";

/** Locks stay for as long as the process lives, so only the one who took a lock lets go of it. */
const held = new Set<DatabaseSync>();

/**
 * Takes a lock that the operating system lets go of when this process ends, however it ends. SQLite's is the one lock on files that
 * Node has on every system.
 *
 * @param path A file that is made if it is not there.
 * @returns What lets go of it; null when it was not free, nor became free within the wait.
 */
export function takeLock(path: string, waitMs = 0): (() => void) | null {
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const SQLITE_BUSY = 5;
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
  held.add(database);
  return () => {
    held.delete(database);
    database.close();
  };
}
