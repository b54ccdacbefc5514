import type { ShardAddress } from "#jobs/event-shard/shard-address.ts";
import { type StoredEvent, withoutUser } from "#jobs/event-shard/stored-event.ts";
import { listSegments, putSegment } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";

/** Each is read and perhaps written; an object's call may make 1,000 of such requests. */
const SEGMENTS_PER_CALL = 200;

export interface SegmentsErased {
  readonly erased: readonly StoredEvent[];
  /** The key after which to go on; null at the end. */
  readonly next: string | null;
}

/** Rewrites the next segments of a shard without a user's events, under their names. An empty one is deleted. */
export async function eraseFromSegments(
  store: Pick<R2Bucket, "get" | "put" | "list" | "delete">,
  { projectId, shard }: ShardAddress,
  { userId, after }: { readonly userId: string; readonly after: string | null },
): Promise<SegmentsErased> {
  const page = await listSegments(store, shardPrefix(projectId, shard), { limit: SEGMENTS_PER_CALL, after });
  const erased: StoredEvent[] = [];
  for (const { key, sealedAt } of page.segments) {
    const text = await (await store.get(key))?.text();
    const { rest, events } = withoutUser(text ?? "", userId);
    if (events.length === 0) continue;
    if (rest.trim() === "") await store.delete(key);
    else await putSegment(store, key, { lines: rest, sealedAt });
    erased.push(...events);
  }
  return { erased, next: page.next };
}
