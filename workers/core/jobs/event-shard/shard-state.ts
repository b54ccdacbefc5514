/**
 * An event shard's decisions, without a runtime. They are the sequence numbers of events, when rows are sealed into a segment,
 * and what a wake after a kill does. Lines, ids and counts are the shell's; it applies the effects in the order given.
 *
 * Each event has a sequence number in its shard, from 1. Rows hold events that are in no segment yet. Sealing has three steps, and
 * a kill between any two of them repeats the rest. First the plan (first and last number) is stored. Then the segment is written
 * under a name made of the plan. Then the rows are forgotten. Events that arrive meanwhile are not part of the plan, so a repeated
 * write has the same bytes.
 */
import type { Millis } from "../leased-task.ts";
import { assertNever, type Step } from "../step.ts";

/** Rows wait this long for company: each segment is an object in R2, and a write there costs as much as 4 rows. */
export const SEAL_AFTER_MS: Millis = 60 * 60_000;
/** Or until they have this many bytes. */
export const SEAL_BYTES = 4 * 1024 * 1024;
/** Rows beyond this are refused: R2 has not taken a segment for long, and a shard must not grow without bound. */
export const MAX_UNSEALED_BYTES = 64 * 1024 * 1024;
/** A seal that failed is tried again after this. */
export const SEAL_RETRY_MS: Millis = 10_000;

/** Sequence numbers, both included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

export interface ShardState {
  /** The number of the next event. */
  readonly next: number;
  /** The number of the first event that is in no segment. */
  readonly unsealedFrom: number;
  readonly unsealedBytes: number;
  /** When the oldest row was stored; null without rows. */
  readonly unsealedSince: Millis | null;
  readonly sealing: (SequenceRange & { readonly bytes: number }) | null;
}

export const EMPTY_SHARD: ShardState = {
  next: 1,
  unsealedFrom: 1,
  unsealedBytes: 0,
  unsealedSince: null,
  sealing: null,
};

export type ShardEvent =
  /** New events arrived. */
  | { readonly type: "commit"; readonly count: number; readonly bytes: number }
  | { readonly type: "alarm" }
  /** All rows are wanted as segments now. */
  | { readonly type: "flush" }
  | ({ readonly type: "sealed" } & SequenceRange);

export type ShardEffect =
  | ({ readonly type: "store" } & SequenceRange)
  /** Writes the rows as a segment, then reports `sealed`. */
  | ({ readonly type: "seal" } & SequenceRange)
  /** Deletes the rows. */
  | ({ readonly type: "forget" } & SequenceRange);

export type ShardReply = { readonly type: "nothing" } | { readonly type: "full" };

type ShardStep = Step<ShardState, ShardEffect, ShardReply>;

export function advanceShard(state: ShardState, event: ShardEvent, now: Millis): ShardStep {
  switch (event.type) {
    case "commit":
      return commit(state, event, now);
    case "alarm":
      return isDue(state, now) ? seal(state, now) : step(state, now);
    case "flush":
      return state.sealing || state.next > state.unsealedFrom ? seal(state, now) : step(state, now);
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

function isDue({ sealing, unsealedSince, unsealedBytes }: ShardState, now: Millis): boolean {
  if (sealing) return true;
  if (unsealedSince === null) return false;
  return unsealedBytes >= SEAL_BYTES || now >= unsealedSince + SEAL_AFTER_MS;
}

/** Plans a segment of all rows, or repeats the plan that did not end. */
function seal(state: ShardState, now: Millis): ShardStep {
  const plan = state.sealing ?? {
    first: state.unsealedFrom,
    last: state.next - 1,
    bytes: state.unsealedBytes,
  };
  const { first, last } = plan;
  return step({ ...state, sealing: plan }, now, [{ type: "seal", first, last }]);
}

/** A report for another plan is late and changes nothing. */
function forget(state: ShardState, { first, last }: SequenceRange, now: Millis): ShardStep {
  const { sealing } = state;
  if (sealing?.first !== first || sealing.last !== last) return step(state, now);
  const isEmpty = state.next === last + 1;
  const left: ShardState = {
    ...state,
    sealing: null,
    unsealedFrom: last + 1,
    unsealedBytes: isEmpty ? 0 : state.unsealedBytes - sealing.bytes,
    unsealedSince: isEmpty ? null : now,
  };
  return step(left, now, [{ type: "forget", first, last }]);
}

/**
 * Decides when the shard wakes next. Cases, first match wins:
 *  - a plan is open       → soon, it may have failed
 *  - no rows              → never
 *  - many bytes           → now
 *  - otherwise            → when the oldest row has waited long enough
 */
function alarmAt({ sealing, unsealedSince, unsealedBytes }: ShardState, now: Millis): Millis | null {
  if (sealing) return now + SEAL_RETRY_MS;
  if (unsealedSince === null) return null;
  return unsealedBytes >= SEAL_BYTES ? now : unsealedSince + SEAL_AFTER_MS;
}

function step(
  state: ShardState,
  now: Millis,
  effects: readonly ShardEffect[] = [],
  reply: ShardReply = { type: "nothing" },
): ShardStep {
  return { state, effects, reply, alarmAt: alarmAt(state, now) };
}
