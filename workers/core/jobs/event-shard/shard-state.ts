/**
 * The decisions of an event object, without a runtime. They are the sequence numbers of events, when rows are sealed into segments,
 * and what a wake after a kill does. Lines, ids and counts are the shell's; it applies the effects in the order given.
 *
 * Each event has a sequence number in its object, from 1, and another one in its shard, which names segments. Rows hold events that are
 * in no segment yet. Sealing has four steps, and a kill between any two of them repeats the rest. First the plan (first and last
 * number in the object) is stored. Then its rows are divided by shard, and the numbers that each shard's events get are stored. Then a
 * segment is written for each shard, under a name made of these. Then the rows are forgotten. Events that arrive meanwhile are not part
 * of the plan, so a repeated write has the same bytes.
 */
import type { Millis } from "../leased-task.ts";
import { assertNever, type Step } from "../step.ts";
import { shardsWithin } from "./event-layout.ts";
import { EVENT_SHARDS } from "./shard-address.ts";

/** Rows wait this long for company: each segment is an object in R2, and a write there costs as much as 4 rows. */
export const SEAL_AFTER_MS: Millis = 6 * 60 * 60_000;
const SEGMENT_BYTES = 1024 * 1024;
const MIN_SEAL_BYTES = 4 * 1024 * 1024;

/** Or until they have this many bytes: about a megabyte for each shard. @param width Of the object. */
export function sealBytesOf(width: number): number {
  return Math.max(MIN_SEAL_BYTES, SEGMENT_BYTES * shardsWithin(width));
}

/** Rows beyond this are refused: R2 has not taken a segment for long, and an object must not grow without bound. */
export const MAX_UNSEALED_BYTES = 64 * 1024 * 1024;
/** A seal that failed is tried again after this. */
export const SEAL_RETRY_MS: Millis = 10_000;

/** Sequence numbers, both included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/** The events of one shard in a plan, by their numbers in the shard. */
export interface ShardPart extends SequenceRange {
  readonly shard: number;
}

/** Rows that become segments, by their events' numbers in the object. */
export interface SealPlan extends SequenceRange {
  readonly bytes: number;
  /** Null until the rows are divided. */
  readonly parts: readonly ShardPart[] | null;
}

export interface ShardState {
  /** The number of the next event. */
  readonly next: number;
  /** The number of the first event that is in no segment. */
  readonly unsealedFrom: number;
  readonly unsealedBytes: number;
  /** When the oldest row was stored; null without rows. */
  readonly unsealedSince: Millis | null;
  /** The last number in a segment, by shard. */
  readonly sealedTo: readonly number[];
  /** Rows are sealed as soon as they have this number of bytes. */
  readonly sealBytes: number;
  readonly sealing: SealPlan | null;
}

export const EMPTY_SHARD: ShardState = {
  next: 1,
  unsealedFrom: 1,
  unsealedBytes: 0,
  unsealedSince: null,
  sealedTo: new Array<number>(EVENT_SHARDS).fill(0),
  sealBytes: sealBytesOf(1),
  sealing: null,
};

export type ShardEvent =
  /** New events arrived. */
  | { readonly type: "commit"; readonly count: number; readonly bytes: number }
  | { readonly type: "alarm" }
  /** All rows are wanted as segments now. */
  | { readonly type: "flush" }
  /** How many events of the plan each shard has. */
  | ({ readonly type: "divided"; readonly counts: readonly number[] } & SequenceRange)
  | ({ readonly type: "sealed" } & SequenceRange);

export type ShardEffect =
  | ({ readonly type: "store" } & SequenceRange)
  /** Divides the rows by shard, then reports `divided`. */
  | ({ readonly type: "divide" } & SequenceRange)
  /** Writes the rows as a segment for each part, then reports `sealed`. */
  | ({ readonly type: "seal"; readonly parts: readonly ShardPart[] } & SequenceRange)
  /** Deletes the rows. */
  | ({ readonly type: "forget" } & SequenceRange);

export type ShardReply = { readonly type: "nothing" } | { readonly type: "full" };

export type ShardStep = Step<ShardState, ShardEffect, ShardReply>;

export function advanceShard(state: ShardState, event: ShardEvent, now: Millis): ShardStep {
  switch (event.type) {
    case "commit":
      return commit(state, event, now);
    case "alarm":
      return isDue(state, now) ? seal(state, now) : step(state, now);
    case "flush":
      return state.sealing || state.next > state.unsealedFrom ? seal(state, now) : step(state, now);
    case "divided":
      return divided(state, event, now);
    case "sealed":
      return forget(state, event, now);
    default:
      return assertNever(event);
  }
}

function commit(
  state: ShardState,
  { count, bytes }: { readonly count: number; readonly bytes: number },
  now: Millis,
): ShardStep {
  if (state.unsealedBytes + bytes > MAX_UNSEALED_BYTES) return step(state, now, [], { type: "full" });
  const first = state.next;
  const next = first + count;
  const stored: ShardState = {
    ...state,
    next,
    unsealedBytes: state.unsealedBytes + bytes,
    unsealedSince: state.unsealedSince ?? now,
  };
  return step(stored, now, [{ type: "store", first, last: next - 1 }]);
}

function isDue({ sealing, unsealedSince, unsealedBytes, sealBytes }: ShardState, now: Millis): boolean {
  if (sealing) return true;
  if (unsealedSince === null) return false;
  return unsealedBytes >= sealBytes || now >= unsealedSince + SEAL_AFTER_MS;
}

/** Plans segments of all rows, or repeats the plan that did not end. */
function seal(state: ShardState, now: Millis): ShardStep {
  const plan = state.sealing ?? {
    first: state.unsealedFrom,
    last: state.next - 1,
    bytes: state.unsealedBytes,
    parts: null,
  };
  return step({ ...state, sealing: plan }, now, [nextOf(plan)]);
}

function nextOf({ first, last, parts }: SealPlan): ShardEffect {
  return parts === null ? { type: "divide", first, last } : { type: "seal", first, last, parts };
}

/** Numbers the events of each shard after those in its segments. A report for another plan, or a second one, changes nothing. */
function divided(
  state: ShardState,
  { first, last, counts }: Extract<ShardEvent, { type: "divided" }>,
  now: Millis,
): ShardStep {
  const { sealing, sealedTo } = state;
  if (sealing?.first !== first || sealing.last !== last || sealing.parts !== null) return step(state, now);
  const parts = counts.flatMap((count, shard): ShardPart[] => {
    const before = sealedTo[shard] ?? 0;
    return count === 0 ? [] : [{ shard, first: before + 1, last: before + count }];
  });
  const plan: SealPlan = { ...sealing, parts };
  return step({ ...state, sealing: plan }, now, [nextOf(plan)]);
}

/** A report for another plan is late and changes nothing. */
function forget(state: ShardState, { first, last }: SequenceRange, now: Millis): ShardStep {
  const { sealing } = state;
  if (sealing?.first !== first || sealing.last !== last || sealing.parts === null) return step(state, now);
  const lasts = new Map(sealing.parts.map((part) => [part.shard, part.last]));
  const isEmpty = state.next === last + 1;
  const left: ShardState = {
    ...state,
    sealing: null,
    sealedTo: state.sealedTo.map((known, shard) => lasts.get(shard) ?? known),
    unsealedFrom: last + 1,
    unsealedBytes: isEmpty ? 0 : state.unsealedBytes - sealing.bytes,
    unsealedSince: isEmpty ? null : now,
  };
  return step(left, now, [{ type: "forget", first, last }]);
}

/**
 * Decides when the object wakes next. Cases, first match wins:
 *  - a plan is open       → soon, it may have failed
 *  - no rows              → never
 *  - many bytes           → now
 *  - otherwise            → when the oldest row has waited long enough
 */
function alarmAt(
  { sealing, unsealedSince, unsealedBytes, sealBytes }: ShardState,
  now: Millis,
): Millis | null {
  if (sealing) return now + SEAL_RETRY_MS;
  if (unsealedSince === null) return null;
  return unsealedBytes >= sealBytes ? now : unsealedSince + SEAL_AFTER_MS;
}

function step(
  state: ShardState,
  now: Millis,
  effects: readonly ShardEffect[] = [],
  reply: ShardReply = { type: "nothing" },
): ShardStep {
  return { state, effects, reply, alarmAt: alarmAt(state, now) };
}
