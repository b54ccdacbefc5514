/** Takes the events of feedback out of segments: only out of those that were sealed when its events came. */
import { type FeedbackRow, keyOfEvent, keyText } from "#jobs/event-shard/feedback.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { type StoredEvent, withoutEvents } from "#jobs/event-shard/stored-event.ts";
import { listSegments, putSegment, type Segment } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { ROW_OPEN_MS } from "./shard-rows.ts";

type Store = Pick<R2Bucket, "get" | "put" | "list" | "delete">;

/** Segments that one call reads and perhaps writes: an object's call may make 1,000 of such requests. */
const SEGMENTS_PER_CALL = 300;
const LISTED = 1_000;

export interface FeedbackEvents {
  /** A text of each of the events' lines. */
  readonly mark: string;
  readonly isOut: (event: StoredEvent) => boolean;
}

/** What finds the events of some rows: by what all of them have in common. */
export function eventsOfFeedback(rows: readonly FeedbackRow[]): FeedbackEvents {
  const keys = new Set(rows.map(keyText));
  const [first] = rows;
  const isOfOne = (field: "userId" | "itemId") => rows.every((row) => row[field] === first?.[field]);
  const common = isOfOne("userId") ? first?.userId : isOfOne("itemId") ? first?.itemId : undefined;
  const mark = common === undefined ? '"feedback":{' : JSON.stringify(common);
  return { mark, isOut: (event) => event.feedback !== undefined && keys.has(keyText(keyOfEvent(event))) };
}

/**
 * Rewrites segments without the events of rows, under their names. An empty one is deleted.
 *
 * @returns Null if all are done; else where a next call goes on, as the time of the first event of its rows.
 */
export async function eraseFeedback(
  store: Store,
  projectId: number,
  rows: readonly FeedbackRow[],
): Promise<number | null> {
  const { mark, isOut } = eventsOfFeedback(rows);
  const segments = (await segmentsOf(store, projectId, rows)).sort((a, b) => a.sealedAt - b.sealedAt);
  for (const { key, sealedAt } of segments.slice(0, SEGMENTS_PER_CALL)) {
    const text = (await (await store.get(key))?.text()) ?? "";
    const { rest, events } = withoutEvents(text, mark, isOut);
    if (events.length === 0) continue;
    if (rest.trim() === "") await store.delete(key);
    else await putSegment(store, key, { lines: rest, sealedAt });
  }
  if (segments.length <= SEGMENTS_PER_CALL) return null;
  // The slack before a first event is over: with it, many segments of a moment would come again and again.
  return (segments[SEGMENTS_PER_CALL - 1] as Segment).sealedAt + ROW_OPEN_MS;
}

/** Segments that may have events of the rows: of each shard those that were sealed from the first event on, up to the one after the last. */
async function segmentsOf(store: Store, projectId: number, rows: readonly FeedbackRow[]): Promise<Segment[]> {
  const ranges = new Map<number, { first: number; last: number }>();
  for (const { userId, received } of rows) {
    if (!received) continue;
    const shard = shardOf(userId);
    const known = ranges.get(shard) ?? received;
    const first = Math.min(known.first, received.first);
    ranges.set(shard, { first, last: Math.max(known.last, received.last) });
  }
  const found: Segment[] = [];
  for (const [shard, { first, last }] of ranges) {
    let after: string | null = null;
    do {
      const page = await listSegments(store, shardPrefix(projectId, shard), { limit: LISTED, after });
      // A row has the time of its first event, and so has its segment.
      const from = page.segments.filter(({ sealedAt }) => sealedAt >= first - ROW_OPEN_MS);
      const end = from.findIndex(({ sealedAt }) => sealedAt >= last);
      found.push(...(end < 0 ? from : from.slice(0, end + 1)));
      after = end < 0 ? page.next : null;
    } while (after !== null);
  }
  return found;
}
