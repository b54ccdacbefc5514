/** What the stages of a split by blocks take, see `planBlockedSplit`. */
import type { BlockList } from "../blocks/stored-matrix.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../plan/stage-load.ts";

export type SplitStageName = "count" | "choose" | "cut" | "items" | "lists";

/** Milliseconds for a million: of users that are drawn, of entries that are cut, of entries that are looked up. */
const MS_PER_MILLION = { drawn: 150, cut: 60, looked: 60 };
const LIST_ROW_BYTES = 32;

/** @param partCount How many parts are held out. @param share Of the interactions, held out in each part. */
export function splitLoads(
  { userItems, itemUsers }: { readonly userItems: BlockList; readonly itemUsers: BlockList },
  partCount: number,
  share: number,
): Readonly<Record<SplitStageName, StageLoad>> {
  const [users, items] = [userItems.blocks.length, itemUsers.blocks.length];
  const { rowCount, interactionCount } = userItems;
  const [userBytes, itemBytes] = [bytesOfBlocks(userItems), bytesOfBlocks(itemUsers)];
  const parts = 1 + partCount;
  const ms = (unit: keyof typeof MS_PER_MILLION, count: number) => (MS_PER_MILLION[unit] * count) / 1e6;
  return {
    count: loadOf(users, {
      ...{ reads: users, writes: users, readBytes: userBytes, writtenBytes: 4 * rowCount },
    }),
    choose: loadOf(1, {
      ...{ reads: users, writes: partCount * users },
      ...{ readBytes: 4 * rowCount, writtenBytes: 4 * partCount * rowCount },
      computeMs: ms("drawn", partCount * rowCount),
    }),
    cut: loadOf(users, {
      ...{ reads: users * parts, writes: 2 * users * parts },
      ...{ readBytes: userBytes + 4 * partCount * rowCount, writtenBytes: userBytes },
      computeMs: ms("cut", interactionCount),
    }),
    items: loadOf(items, {
      ...{ reads: items * (1 + partCount * users), writes: 2 * items },
      ...{ readBytes: itemBytes * (1 + items * partCount * share), writtenBytes: itemBytes },
      computeMs: ms("looked", interactionCount * (1 + items * partCount * share)),
    }),
    lists: loadOf(1, {
      ...{ reads: users * parts + items, writes: parts + 1 },
      ...{ readBytes: LIST_ROW_BYTES * users * parts, writtenBytes: LIST_ROW_BYTES * users * parts },
    }),
  };
}
