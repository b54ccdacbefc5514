/** Rows of several shards as the lines of each one. */
import { EventCounts } from "#jobs/event-shard/event-counts.ts";
import { EVENT_SHARDS, shardOf } from "#jobs/event-shard/shard-address.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";

export interface DividedRows {
  /** Lines by shard, in order; empty for a shard without events. */
  readonly lines: readonly string[];
  /** Events by shard. */
  readonly counts: readonly number[];
  readonly counted: EventCounts;
}

/** @param breathe Lets calls of others in between rows. */
export async function divideRows(
  rows: Iterable<string>,
  { now, breathe }: { readonly now: number; readonly breathe: () => Promise<void> },
): Promise<DividedRows> {
  const lines = new Array<string>(EVENT_SHARDS).fill("");
  const counts = new Array<number>(EVENT_SHARDS).fill(0);
  const counted = new EventCounts();
  for (const row of rows) {
    for (const line of row.split("\n")) {
      if (line === "") continue;
      const event = JSON.parse(line) as StoredEvent;
      const shard = shardOf(event.user_id);
      lines[shard] += `${line}\n`;
      counts[shard] = (counts[shard] ?? 0) + 1;
      counted.add(event, now);
    }
    await breathe();
  }
  return { lines, counts, counted };
}
