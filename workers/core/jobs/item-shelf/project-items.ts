/** The item shelf of a project, for what concerns the whole project. */
import { type ShelfNamespace, shelfOf } from "./shelf-object.ts";
import type { ShelfRow, WrittenColumn } from "./shelf-row.ts";

export interface ProjectItems {
  /** All rows, some at a time, the oldest change first. */
  rows(projectId: number): AsyncGenerator<readonly ShelfRow[]>;
  /** Adds rows of an archive, with the columns of their properties. */
  restore(projectId: number, rows: readonly ShelfRow[], columns: readonly WrittenColumn[]): Promise<void>;
  /** Whether a property was written of an item that is not deleted. */
  hasProperties(projectId: number): Promise<boolean>;
  /** Copies all rows of this moment for a job, unless it has a copy. Returns whether there are any. @param key Of the job. */
  copyTo(projectId: number, key: string): Promise<boolean>;
  /** The columns that no file has. */
  columns(projectId: number): Promise<readonly WrittenColumn[]>;
  /** Erases everything in the shelf; the snapshots are objects in R2 and stay. @param isClosed Whether it refuses items from now on. */
  forget(projectId: number, isClosed: boolean): Promise<void>;
}

export function createProjectItems(namespace: ShelfNamespace): ProjectItems {
  return {
    async *rows(projectId) {
      const shelf = shelfOf(namespace, projectId);
      for (let since = 0; ; ) {
        const { rows, upTo, seq } = await shelf.changes(since, true);
        if (rows.length === 0) return;
        yield rows;
        since = upTo;
        if (since >= seq) return;
      }
    },
    hasProperties: (projectId) => shelfOf(namespace, projectId).hasProperties(),
    copyTo: (projectId, key) => shelfOf(namespace, projectId).copyTo(key),
    restore: (projectId, rows, columns) => shelfOf(namespace, projectId).restore(projectId, rows, columns),
    columns: async (projectId) => (await shelfOf(namespace, projectId).changes(-1, true)).columns,
    forget: (projectId, isClosed) => shelfOf(namespace, projectId).forget(isClosed),
  };
}
