import { describe, expect, it } from "vitest";
import { EdgewiseError } from "#sdk/edgewise-error.ts";
import { createEventQueue, type EventQueueOptions } from "#sdk/event-queue.ts";
import type { EdgewiseEvent, EventsAnswer } from "#sdk/types.ts";

const event = (item_id: string): EdgewiseEvent => ({ type: "view", user_id: "ann", item_id });
const TAKEN: EventsAnswer = { accepted: 1, duplicates: 0, rejected: 0, errors: [], request_id: "r" };

/** A queue with a timer that the test runs, and answers in turn: an error is a call that fails. */
function queueOf(answers: readonly (EventsAnswer | Error)[], options: Partial<EventQueueOptions> = {}) {
  const sent: string[][] = [];
  const ids: (string | null | undefined)[] = [];
  const lost: string[] = [];
  const left = [...answers];
  let timer: (() => void) | null = null;
  let count = 0;
  const queue = createEventQueue({
    sendEvents: async (events) => {
      sent.push(events.map(({ item_id }) => item_id));
      ids.push(...events.map(({ event_id }) => event_id));
      const answer = left.shift() ?? TAKEN;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onLost: (events, why) => lost.push(`${events.map(({ item_id }) => item_id)}: ${why.message}`),
    newId: () => `id-${++count}`,
    setTimer: (run) => {
      timer = run;
      return 1;
    },
    clearTimer: () => {
      timer = null;
    },
    ...options,
  });
  return { queue, sent, ids, lost, isTimed: () => timer !== null, ring: () => timer?.() };
}

const failed = (status: number | null) => new EdgewiseError("failed", { status });

describe("a queue of events", () => {
  it("sends what has gathered when its time comes", async () => {
    const { queue, sent, ring } = queueOf([]);
    queue.add(event("1"));
    queue.add(event("2"));
    expect(sent).toEqual([]);
    ring();
    await queue.flush();
    expect(sent).toEqual([["1", "2"]]);
  });

  it("sends a full batch at once", async () => {
    const { queue, sent } = queueOf([], { batchSize: 2 });
    for (const id of ["1", "2", "3"]) queue.add(event(id));
    await queue.flush();
    expect(sent).toEqual([["1", "2"], ["3"]]);
  });

  it("keeps events with their order and ids while nobody answers", async () => {
    const { queue, sent, ids, lost, isTimed } = queueOf([failed(null), failed(503)]);
    queue.add(event("1"));
    await queue.flush();
    queue.add(event("2"));
    await queue.flush();
    expect(queue.waiting).toBe(2);
    expect(isTimed()).toBe(true);
    await queue.flush();
    expect(sent).toEqual([["1"], ["1", "2"], ["1", "2"]]);
    expect(ids).toEqual(["id-1", "id-1", "id-2", "id-1", "id-2"]);
    expect([queue.waiting, lost]).toEqual([0, []]);
  });

  it("gives up a batch that is refused, and goes on with the next", async () => {
    const { queue, lost, sent } = queueOf([failed(401)], { batchSize: 1 });
    queue.add(event("1"));
    queue.add(event("2"));
    await queue.flush();
    expect(sent).toEqual([["1"], ["2"]]);
    expect(lost).toEqual(["1: failed"]);
  });

  it("names the rejected events of a batch that is taken", async () => {
    const detail = [{ type: "missing", loc: ["body", "value"], msg: "A rating needs a value" }];
    const { queue, lost } = queueOf([{ ...TAKEN, rejected: 1, errors: [{ position: 1, detail }] }]);
    queue.add(event("1"));
    queue.add(event("2"));
    await queue.flush();
    expect(lost).toEqual(["2: body.value: A rating needs a value"]);
  });

  it("ends when it is closed: what cannot be sent is named, and no timer runs on", async () => {
    const { queue, lost, isTimed } = queueOf([failed(null)]);
    queue.add(event("1"));
    await queue.close();
    queue.add(event("2"));
    expect(lost).toEqual(["1: The queue is closed", "2: The queue is closed"]);
    expect([queue.waiting, isTimed()]).toEqual([0, false]);
  });

  it("gives up the oldest events beyond its bound", () => {
    const { queue, lost } = queueOf([], { maxWaiting: 2 });
    for (const id of ["1", "2", "3"]) queue.add(event(id));
    expect(queue.waiting).toBe(2);
    expect(lost).toEqual(["1: More than 2 events wait"]);
  });
});

describe("a page that goes away", () => {
  const credentials = { apiKey: "rctm_key", userToken: "token" };

  it("gives what waits to a beacon, in portions that a browser takes", () => {
    const { queue, sent } = queueOf([]);
    const metadata = { text: "é".repeat(10_000) };
    for (const id of ["1", "2", "3", "4"]) queue.add({ ...event(id), metadata });
    const texts: string[] = [];
    queue.flushByBeacon((text) => texts.push(text) > 0, credentials);
    const bodies = texts.map((text) => JSON.parse(text));
    expect(bodies.map(({ events }) => events.map((one: EdgewiseEvent) => one.item_id))).toEqual([
      ["1", "2", "3"],
      ["4"],
    ]);
    expect(bodies[0]).toMatchObject({ api_key: "rctm_key", user_token: "token" });
    for (const text of texts) expect(new TextEncoder().encode(text).length).toBeLessThan(64 * 1024);
    expect([queue.waiting, sent]).toEqual([0, []]);
  });

  it("keeps what the browser does not take", () => {
    const { queue, isTimed } = queueOf([]);
    queue.add(event("1"));
    queue.flushByBeacon(() => false, credentials);
    expect([queue.waiting, isTimed()]).toEqual([1, true]);
  });
});
