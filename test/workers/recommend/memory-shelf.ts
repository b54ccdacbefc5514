import { applyWrites } from "#jobs/item-shelf/apply-writes.ts";
import type { ItemShelfObject } from "#jobs/item-shelf/shelf-object.ts";
import type { ShelfRow, WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";

/** An item shelf over memory, and how it fails. */
export function memoryShelf(now: () => number) {
  const rows = new Map<string, ShelfRow>();
  const columns: WrittenColumn[] = [];
  const state = {
    /** What every call waits for. */
    slow: null as Promise<unknown> | null,
    problem: null as Error | null,
    asked: 0,
  };
  let seq = 0;
  const shelf: Pick<ItemShelfObject, "write" | "find" | "changes" | "list"> = {
    async write(_projectId, request) {
      const before = { find: (id: string) => rows.get(id) ?? null, columns, seq, rows: rows.size, bytes: 0 };
      const { results, changed, added } = applyWrites(before, request, now());
      for (const row of changed) rows.set(row.itemId, row);
      columns.push(...added);
      seq += changed.length;
      return results;
    },
    async changes(since) {
      state.asked += 1;
      if (state.problem) throw state.problem;
      await state.slow;
      const changed = [...rows.values()].filter((row) => row.seq > since).sort((a, b) => a.seq - b.seq);
      const last = changed.at(-1)?.seq ?? seq;
      return { seq: last, rows: changed, upTo: last, columns: [...columns], snapshot: null };
    },
    list: async ({ text, state: wanted, limit, after }) =>
      [...rows.values()]
        .filter(({ itemId, state }) => itemId > (after ?? "") && (wanted === null || state === wanted))
        .filter(({ itemId, properties }) =>
          `${itemId} ${properties}`.toLowerCase().includes(text.toLowerCase()),
        )
        .sort((a, b) => (a.itemId < b.itemId ? -1 : 1))
        .slice(0, limit),
    find: async (ids) => ids.map((id) => rows.get(id) ?? null),
  };
  return { shelf, rows, state };
}
