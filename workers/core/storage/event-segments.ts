/** Sealed events in R2: objects of lines, one event each, named by shard and sequence numbers. */
import { segmentKey, shardPrefix } from "./keys.ts";

/** When the rows were sealed, epoch milliseconds as text. It stays when a segment is rewritten, unlike R2's own time. */
const SEALED_AT = "sealed_at";
const CONTENT_TYPE = "application/x-ndjson";

/** Sequence numbers of a shard's events, both included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

export interface Segment extends SequenceRange {
  readonly key: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly sealedAt: number;
}

export interface SegmentContent {
  readonly lines: string;
  readonly sealedAt: number;
}

interface ShardAddress {
  readonly projectId: number;
  readonly shard: number;
}

/** The key of a segment. */
export function keyOfSegment({ projectId, shard }: ShardAddress, { first, last }: SequenceRange): string {
  return segmentKey(shardPrefix(projectId, shard), first, last);
}

export async function putSegment(
  store: Pick<R2Bucket, "put">,
  key: string,
  { lines, sealedAt }: SegmentContent,
): Promise<void> {
  await store.put(key, lines, segmentMetadata(sealedAt));
}

/** What is stored beside the lines of a segment. */
export function segmentMetadata(sealedAt: number) {
  return {
    httpMetadata: { contentType: CONTENT_TYPE },
    customMetadata: { [SEALED_AT]: String(sealedAt) },
  };
}

export interface SegmentPage {
  readonly segments: readonly Segment[];
  /** Continue after this key; null at the end. */
  readonly next: string | null;
}

/** Segments below a prefix, in order of shard and sequence. */
export async function listSegments(
  store: Pick<R2Bucket, "list">,
  prefix: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<SegmentPage> {
  const found = await store.list({
    prefix,
    limit: page.limit,
    include: ["customMetadata"],
    ...(page.after === null ? {} : { startAfter: page.after }),
  });
  const segments = found.objects.flatMap((object) => toSegment(object) ?? []);
  return { segments, next: found.truncated ? (found.objects.at(-1)?.key ?? null) : null };
}

function toSegment({ key, size, uploaded, customMetadata }: R2Object): Segment | null {
  const [, first, last] = /\/(\d+)-(\d+)\.ndjson$/.exec(key) ?? [];
  if (first === undefined || last === undefined) return null;
  const sealedAt = Number(customMetadata?.[SEALED_AT] ?? uploaded.getTime());
  return { key, first: Number(first), last: Number(last), bytes: size, sealedAt };
}
