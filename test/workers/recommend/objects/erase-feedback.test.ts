import { expect, it } from "vitest";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { eraseFeedback } from "#recommend/objects/erase-feedback.ts";
import { keyOfSegment, segmentMetadata } from "#storage/event-segments.ts";

const PROJECT = 7;
const SEGMENTS = 720;
const BEGIN = 1_000_000;
const SECOND_MS = 1_000;

interface Stored {
  readonly text: string;
  readonly sealedAt: number;
}

/** A bucket over memory that counts what it is asked for. */
function memoryStore() {
  const objects = new Map<string, Stored>();
  const asked = { reads: 0, writes: 0, lists: 0 };
  const list = async ({ prefix = "", limit = 1_000, startAfter = "" }: R2ListOptions = {}) => {
    asked.lists++;
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
    const listed = keys.slice(0, limit).map((key) => {
      const { text, sealedAt } = objects.get(key) as Stored;
      return { key, size: text.length, uploaded: new Date(0), ...segmentMetadata(sealedAt) };
    });
    return { objects: listed, truncated: keys.length > limit };
  };
  const store = {
    list,
    async get(key: string) {
      asked.reads++;
      const found = objects.get(key);
      return found ? { text: async () => found.text } : null;
    },
    async put(key: string, text: string, { customMetadata }: R2PutOptions = {}) {
      asked.writes++;
      objects.set(key, { text, sealedAt: Number(customMetadata?.sealed_at) });
    },
    delete: async (key: string) => void objects.delete(key),
  };
  return { objects, asked, store: store as unknown as Parameters<typeof eraseFeedback>[0] };
}

function said(itemId: string, at: number): StoredEvent {
  const feedback = { at, updated: at };
  return { type: "star", user_id: "ann", item_id: itemId, time: at, received: at, feedback };
}

const lineOf = (event: StoredEvent) => `${JSON.stringify(event)}\n`;
const at = (n: number) => BEGIN + n * SECOND_MS;

/** @param at When a segment was sealed, by its number. */
function world(at: (n: number) => number) {
  const { objects, asked, store } = memoryStore();
  for (let n = 0; n < SEGMENTS; n++) {
    const key = keyOfSegment(
      { projectId: PROJECT, shard: shardOf("ann") },
      { first: n * 2, last: n * 2 + 1 },
    );
    // Every fifth has the item alone, the others also another one.
    const other = n % 5 === 0 ? "" : lineOf(said("i2", at(n)));
    objects.set(key, { text: lineOf(said("i1", at(n))) + other, sealedAt: at(n) });
  }
  const row: FeedbackRow = {
    ...{ type: "star", userId: "ann", itemId: "i1", value: SEGMENTS, time: BEGIN, updated: BEGIN },
    ...{ comment: "", received: { first: at(0), last: at(SEGMENTS - 1) } },
  };
  const items = () =>
    [...objects.values()].flatMap(({ text }) => eventsOf(text).map(({ item_id: itemId }) => itemId));
  return { objects, asked, store, row, items };
}

it.each([
  ["one a second", at],
  // An application that writes more than a shard seals at once.
  ["a hundred a second", (n: number) => BEGIN + n * 10],
])(
  "takes feedback out of more segments than one call may read, %s, each call going on where the last ended",
  async (_, at) => {
    const { objects, asked, store, row, items } = world(at);
    const others = items().filter((itemId) => itemId === "i2").length;
    let first = at(0);
    let calls = 0;
    for (;;) {
      const before = asked.reads + asked.writes + asked.lists;
      const received = { first, last: at(SEGMENTS - 1) };
      const reached = await eraseFeedback(store, PROJECT, [{ ...row, received }]);
      calls++;
      expect(asked.reads + asked.writes + asked.lists - before).toBeLessThan(1_000);
      if (reached === null) break;
      expect(reached).toBeGreaterThan(first);
      first = reached;
    }
    expect(calls).toBeLessThanOrEqual(4);
    expect(items().filter((itemId) => itemId === "i1")).toEqual([]);
    expect(items().filter((itemId) => itemId === "i2")).toHaveLength(others);
    // Empty ones are gone.
    expect(objects.size).toBe(SEGMENTS - Math.ceil(SEGMENTS / 5));
  },
);

it("leaves segments alone that were sealed before the first event and after the last", async () => {
  const { store, row, asked, items } = world(at);
  const received = { first: at(100), last: at(120) };
  expect(await eraseFeedback(store, PROJECT, [{ ...row, received }])).toBeNull();
  // Ten seconds before the first event, in which its row may have begun.
  expect(asked.reads).toBe(31);
  expect(items().filter((itemId) => itemId === "i1")).toHaveLength(SEGMENTS - 31);
});
