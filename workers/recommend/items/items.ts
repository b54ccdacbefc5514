/** Writes and reads items of a project: the shelf over what files and models know. */
import type { ItemResponse } from "#contract/item.ts";
import { describedItem } from "#jobs/item-shelf/described-item.ts";
import type { ItemShelfObject } from "#jobs/item-shelf/shelf-object.ts";
import type { ItemWrite, ShelfRow, WriteResult } from "#jobs/item-shelf/shelf-row.ts";
import { projectIsDeleted } from "../http/errors.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { ShelfMemory } from "./shelf-memory.ts";

/** A write as it is asked for. */
export type AskedWrite =
  | Omit<Extract<ItemWrite, { kind: "replace" | "merge" }>, "isKnown">
  | Omit<Extract<ItemWrite, { kind: "delete" }>, "isKnown">;

export interface Items {
  /** Answers after the changes are durable, one result for each write. `isAtomic`: with one refusal nothing is stored. */
  write(projectId: number, writes: readonly AskedWrite[], isAtomic: boolean): Promise<readonly WriteResult[]>;
  /** Null for an item that nothing knows, and for a deleted one. */
  find(projectId: number, itemId: string): Promise<ItemResponse | null>;
  /** An item by its row. */
  describe(projectId: number, row: ShelfRow): Promise<ItemResponse>;
}

export interface ItemsDeps {
  readonly shelf: (projectId: number) => Pick<ItemShelfObject, "write" | "find">;
  readonly files: (projectId: number) => Promise<ProjectFiles>;
  readonly memory: Pick<ShelfMemory, "forget">;
}

export function createItems({ shelf, files, memory }: ItemsDeps): Items {
  const describe = async (projectId: number, row: ShelfRow): Promise<ItemResponse> => {
    const record = row.isPartial ? await (await files(projectId)).record(row.itemId) : null;
    return {
      item_id: row.itemId,
      properties: describedItem(row, record) ?? {},
      hidden: row.state === "hidden",
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    };
  };
  return {
    describe,
    async write(projectId, writes, isAtomic) {
      const known = await files(projectId);
      const complete: ItemWrite[] = [];
      for (const write of writes) {
        // A whole item needs no other; only for the others it matters.
        const isKnown = write.kind === "replace" || (await known.has(write.itemId));
        complete.push({ ...write, isKnown } as ItemWrite);
      }
      const schema = await known.schema();
      const results = await shelf(projectId).write(projectId, { writes: complete, isAtomic, schema });
      if (results === null) throw projectIsDeleted();
      memory.forget(projectId);
      return results;
    },
    async find(projectId, itemId) {
      const [row] = await shelf(projectId).find([itemId]);
      if (row) return row.state === "deleted" ? null : describe(projectId, row);
      const known = await files(projectId);
      const record = await known.record(itemId);
      if (record === null && !(await known.has(itemId))) return null;
      return {
        item_id: itemId,
        properties: record ?? {},
        hidden: false,
        created_at: null,
        updated_at: null,
      };
    },
  };
}
