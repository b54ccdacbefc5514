/** The segments of events in an archive: written as they are stored, checked line by line when they come in. */
import * as z from "zod";
import { eventMetadata, eventText, eventValue } from "#contract/event.ts";
import { STORED_TYPE_FORM } from "#contract/event-type.ts";
import { MAX_EVENT_BYTES, MAX_TIME_MS } from "#contract/limits.ts";
import { EVENT_SHARDS, shardOf } from "#jobs/event-shard/shard-address.ts";
import type { RestoredSegment } from "#jobs/event-shard/shard-object.ts";
import { keyOfSegment, listSegments, type Segment, segmentMetadata } from "#storage/event-segments.ts";
import { eventsPrefix, parseSegmentKey } from "#storage/keys.ts";
import { BadArchive, type TarEntry } from "#storage/tar.ts";
import { isArchivedId } from "./archived-id.ts";
import { latestTime } from "./latest-time.ts";

/** Far above what a shard seals: rows that are full are refused at this size. */
const MAX_SEGMENT_BYTES = 80 * 1024 * 1024;
const SEGMENTS_PER_PAGE = 500;
const encoder = new TextEncoder();
/** A name has 100 bytes at most. The last number is the time of the newest event. */
const NAME = /^events\/(\d{2})\/(\d{13})-(\d{13})-(\d{1,15})\.ndjson$/;

/** An event that `/v1/events` takes, as it is stored, or one that the platform wrote. */
const archivedEvent = z
  .strictObject({
    type: z.string().regex(STORED_TYPE_FORM),
    user_id: z.string().refine(isArchivedId),
    item_id: z.string().refine(isArchivedId),
    value: eventValue.optional(),
    time: z.number().min(0).max(MAX_TIME_MS),
    received: z.number().min(0).max(MAX_TIME_MS),
    event_id: eventText.optional(),
    request_id: eventText.optional(),
    session_id: eventText.optional(),
    metadata: eventMetadata.optional(),
    feedback: z
      .strictObject({
        at: z.number().min(0).max(MAX_TIME_MS),
        updated: z.number().min(0).max(MAX_TIME_MS),
        comment: z.string().optional(),
      })
      .optional(),
  })
  .refine(({ type, value }) => type !== "rating" || value !== undefined);

export interface ArchivedSegment {
  readonly name: string;
  readonly key: string;
}

/** All segments of a project, in order of shard and sequence. */
export async function* segmentsToArchive(
  store: Pick<R2Bucket, "list">,
  projectId: number,
): AsyncGenerator<ArchivedSegment> {
  let after: string | null = null;
  do {
    const prefix = eventsPrefix(projectId);
    const page = await listSegments(store, prefix, { limit: SEGMENTS_PER_PAGE, after });
    for (const segment of page.segments) yield { name: nameOf(segment), key: segment.key };
    after = page.next;
  } while (after !== null);
}

function nameOf({ key, sealedAt }: Segment): string {
  const { shard, first, last } = parseSegmentKey(key);
  return `events/${shard}/${first}-${last}-${sealedAt}.ndjson`;
}

export function isSegmentName(name: string): boolean {
  return NAME.test(name);
}

interface Deps {
  readonly store: Pick<R2Bucket, "put">;
  readonly clock: () => number;
}

/** Takes the segments of an archive, and knows what each shard has to be told. */
export class ImportedEvents {
  readonly #store: Deps["store"];
  readonly #projectId: number;
  readonly #clock: () => number;
  /** By shard, in order. */
  readonly shards = new Map<number, RestoredSegment[]>();

  constructor({ store, clock }: Deps, projectId: number) {
    this.#store = store;
    this.#clock = clock;
    this.#projectId = projectId;
  }

  /** Stores a segment while it is read. Throws `BadArchive` for a line that is no event of the shard, or numbers out of order. */
  async take(
    { name, size }: Pick<TarEntry, "name" | "size">,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const [, shardText, firstText, lastText, sealedText] = NAME.exec(name) ?? [];
    const [shard, first, last, sealedAt] = [shardText, firstText, lastText, sealedText].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const known = this.shards.get(shard) ?? [];
    const isInOrder = first > (known.at(-1)?.last ?? 0) && last >= first;
    const latest = latestTime(this.#clock);
    if (shard >= EVENT_SHARDS || !isInOrder || sealedAt > latest) {
      throw new BadArchive(`"${name}" of the archive is no segment that can follow.`);
    }
    if (size > MAX_SEGMENT_BYTES) throw new BadArchive(`The file "${name}" is too large.`);
    const { readable, writable } = new FixedLengthStream(size);
    const key = keyOfSegment({ projectId: this.#projectId, shard }, { first, last });
    const stored = this.#store.put(key, readable, segmentMetadata(sealedAt));
    const passing = pass(checked(bytes, { name, shard, latest, most: last - first + 1 }), writable);
    // A refused line also fails the store, whose reason says less.
    for (const result of await Promise.allSettled([passing, stored])) {
      if (result.status === "rejected") throw result.reason;
    }
    known.push({ first, last, bytes: size });
    this.shards.set(shard, known);
  }
}

/** A failure ends the writing too, so that the object is not stored. */
async function pass(chunks: AsyncIterable<Uint8Array>, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

interface Checks {
  readonly name: string;
  readonly shard: number;
  /** Its events happened and arrived until then. */
  readonly latest: number;
  /** Events that its numbers allow. */
  readonly most: number;
}

async function* checked(bytes: AsyncIterable<Uint8Array>, checks: Checks): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  let count = 0;
  const check = (line: string) => {
    if (line === "") return;
    count++;
    const problem = problemOf(line, checks);
    if (problem === null && count <= checks.most) return;
    throw new BadArchive(`Line ${count} of "${checks.name}" ${problem ?? "is one too many"}.`);
  };
  for await (const chunk of bytes) {
    const lines = (rest + textOf(decoder, chunk, checks)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_EVENT_BYTES) throw new BadArchive(`"${checks.name}" has a line that is too long.`);
    for (const line of lines) check(line);
    yield chunk;
  }
  check(rest);
  // The platform deletes a segment when its last event is erased.
  if (count === 0) throw new BadArchive(`"${checks.name}" of the archive has no event.`);
}

function textOf(decoder: TextDecoder, chunk: Uint8Array, { name }: Checks): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw error instanceof TypeError ? new BadArchive(`"${name}" of the archive is no UTF-8.`) : error;
  }
}

function problemOf(line: string, { shard, latest }: Checks): string | null {
  try {
    const bytes = encoder.encode(line).length;
    if (bytes > MAX_EVENT_BYTES) return `has ${bytes} bytes, and ${MAX_EVENT_BYTES} are allowed`;
    const parsed = archivedEvent.safeParse(JSON.parse(line));
    if (!parsed.success) return "is no event";
    const { user_id: user, time, received } = parsed.data;
    if (Math.max(time, received) > latest) return "is an event of the future";
    return shardOf(user) === shard ? null : "is an event of another shard";
  } catch (error) {
    if (error instanceof SyntaxError) return "is not JSON";
    throw error;
  }
}
