import { cleanText } from "#reading/clean-id.ts";
import { historiesIn, historyBlockOf, historyIn } from "../data/history-blocks.ts";
import type { StoredHistory } from "../data/history-record.ts";
import type { ReadableHistories } from "./model-artifact.ts";

/** What the training knows of a user, or null. The id as requested comes first, then as ingestion would have read it; see `indexOfId`. */
export async function historyOfUser(
  histories: ReadableHistories,
  userId: string,
): Promise<StoredHistory | null> {
  for (const id of new Set([userId, cleanText(userId)])) {
    const block = await histories.readBlock(historyBlockOf(histories, id));
    const history = historyIn(block, id, histories.itemCount);
    if (history) return history;
  }
  return null;
}

/** A user of the training, by a number of 0 to below 1; null if there are none. */
export async function drawHistory(histories: ReadableHistories, draw: number): Promise<StoredHistory | null> {
  const { blockCount, itemCount, readBlock } = histories;
  const place = draw * blockCount;
  for (let step = 0; step < blockCount; step++) {
    const found = historiesIn(await readBlock((Math.floor(place) + step) % blockCount), itemCount);
    const history = found[Math.floor((place % 1) * found.length)];
    if (history) return history;
  }
  return null;
}
