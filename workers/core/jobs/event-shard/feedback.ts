/**
 * Feedback: what a user said of an item, one row for each type, as Gorse's clients write and read it. An event that is marked as feedback
 * is folded into the row of its type, user and item when it is stored. Pure.
 */
import type { StoredEvent } from "./stored-event.ts";

export interface FeedbackKey {
  readonly type: string;
  readonly userId: string;
  readonly itemId: string;
}

export interface FeedbackRow extends FeedbackKey {
  readonly value: number;
  /** Epoch milliseconds; in the future for what counts later. */
  readonly time: number;
  readonly updated: number;
  readonly comment: string;
  /** When the object stored the first and the last event of the row, epoch milliseconds; null for a row without events. */
  readonly received: ReceivedRange | null;
}

export interface ReceivedRange {
  readonly first: number;
  readonly last: number;
}

/** Rows in the order of type, user and item; null stands for all. */
export interface FeedbackQuery {
  readonly type: string | null;
  readonly userId: string | null;
  readonly itemId: string | null;
  /** Continue after this row; null at first. */
  readonly after: FeedbackKey | null;
  readonly limit: number;
}

export interface FeedbackPage {
  readonly rows: readonly FeedbackRow[];
  /** Whether the rows were too many bytes for one answer: more follow, though there are fewer than asked for. */
  readonly isCut: boolean;
}

/** Whose neighbours are wanted. */
export interface NeighbourQuery {
  readonly userId: string;
  /** What the user has. */
  readonly itemIds: readonly string[];
  readonly limit: number;
}

export interface Neighbour {
  readonly userId: string;
  /** Cosine of the two sets of items: |A ∩ B| / √(|A| · |B|). */
  readonly score: number;
}

export interface FeedbackRemoved {
  readonly removed: number;
  /** False: call again. */
  readonly isDone: boolean;
}

/** A row after an event: values of one type, user and item are added up. @param now When the event is stored, epoch milliseconds. */
export function withEvent(row: FeedbackRow | null, event: StoredEvent, now: number): FeedbackRow {
  const { type, user_id: userId, item_id: itemId, value = 0, time } = event;
  const { at = time, updated = time, comment } = event.feedback ?? {};
  return {
    ...{ type, userId, itemId },
    value: (row?.value ?? 0) + value,
    time: Math.min(row?.time ?? at, at),
    updated: Math.max(row?.updated ?? updated, updated),
    comment: comment ?? row?.comment ?? "",
    received: { first: row?.received?.first ?? now, last: now },
  };
}

/** One text for each key. */
export function keyText({ type, userId, itemId }: FeedbackKey): string {
  return JSON.stringify([type, userId, itemId]);
}

/** The key of an event. */
export function keyOfEvent({ type, user_id: userId, item_id: itemId }: StoredEvent): FeedbackKey {
  return { type, userId, itemId };
}

/** The order of rows: by type, user and item, each by its UTF-8 bytes, as SQLite has it. */
export function compareKeys(a: FeedbackKey, b: FeedbackKey): number {
  return compareTexts(a.type, b.type) || compareTexts(a.userId, b.userId) || compareTexts(a.itemId, b.itemId);
}

/** The order of two texts by their UTF-8 bytes, which is that of their characters' numbers. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const [others, own] = [[...b], [...a]];
  for (const [at, character] of own.entries()) {
    const other = others[at];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return -1;
}
