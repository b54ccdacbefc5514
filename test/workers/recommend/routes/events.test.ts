import { describe, expect, it } from "vitest";
import { eventsResponse } from "#contract/event.ts";
import { MAX_EVENTS, MAX_EVENTS_BODY_BYTES } from "#contract/limits.ts";
import { EventsNotStored } from "#recommend/events/event-shards.ts";
import { EVENTS_KEY, KEY, world } from "../serving-world.ts";

const view = { type: "view", user_id: "ann", item_id: "i1" };

async function eventsWorld() {
  const { app, memory, now } = await world();
  const send = (body: unknown, { path = "/v1/events", headers = {} } = {}) =>
    app.request(path, {
      method: "POST",
      headers: { "X-API-Key": EVENTS_KEY, "Content-Type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const stored = () => memory.sent.flatMap(({ events }) => events);
  return { app, send, stored, memory, now };
}

const lines = { headers: { "Content-Type": "application/x-ndjson" } };

describe("POST /v1/events", () => {
  it("takes one event, with the server's time where it has none", async () => {
    const { send, stored, memory, now } = await eventsWorld();
    const response = await send({ ...view, value: 3, session_id: "s", metadata: { country: "DE" } });
    expect(response.status).toBe(200);
    const answer = eventsResponse.parse(await response.json());
    expect(answer).toEqual({ accepted: 1, duplicates: 0, rejected: 0, errors: [], request_id: "r-1" });
    const times = { time: now(), received: now() };
    expect(stored()).toEqual([{ ...view, value: 3, session_id: "s", metadata: { country: "DE" }, ...times }]);
    expect(memory.sent[0]?.projectId).toBe(3);
  });

  it.each([
    ["a list", [view, { ...view, item_id: 7 }]],
    ["an object with a list", { events: [view, { ...view, item_id: "7" }] }],
  ])("takes %s", async (_name, body) => {
    const { send, stored } = await eventsWorld();
    expect((await send(body)).status).toBe(200);
    expect(stored().map((event) => event.item_id)).toEqual(["i1", "7"]);
  });

  it("takes lines of JSON, and names a wrong one by position and line", async () => {
    const { send, stored } = await eventsWorld();
    const body = `${JSON.stringify(view)}\n\n{"type":\n${JSON.stringify({ ...view, item_id: "i2" })}\n`;
    const response = await send(body, lines);
    expect(response.status).toBe(207);
    const answer = eventsResponse.parse(await response.json());
    expect(answer).toMatchObject({ accepted: 2, rejected: 1, errors: [{ position: 1, line: 3 }] });
    expect(stored().map((event) => event.item_id)).toEqual(["i1", "i2"]);
  });

  it("takes the others beside a wrong event, and says what is wrong with it", async () => {
    const { send, stored } = await eventsWorld();
    const response = await send([view, { ...view, user_id: undefined }, view]);
    expect(response.status).toBe(207);
    const { errors, ...counts } = eventsResponse.parse(await response.json());
    expect(counts).toMatchObject({ accepted: 2, rejected: 1 });
    expect(errors).toMatchObject([{ position: 1, detail: [{ type: "missing", loc: ["body", "user_id"] }] }]);
    expect(stored()).toHaveLength(2);
  });

  it("takes none of them with atomic=true, and names the place in the list", async () => {
    const { send, stored } = await eventsWorld();
    const body = [view, { ...view, type: "No such form" }];
    const response = await send(body, { path: "/v1/events?atomic=true" });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: [{ loc: ["body", 1, "type"] }] });
    expect(stored()).toEqual([]);
  });

  it.each([
    [{ type: "" }],
    [{ type: "View" }],
    [{ type: 5 }],
    [{ user_id: "" }],
    [{ user_id: " \u200b " }],
    [{ user_id: "a\u0001b" }],
    [{ user_id: null }],
    [{ item_id: "x".repeat(1025) }],
    [{ item_id: 1e21 }],
    [{ value: "9" }],
    [{ value: 1e13 }],
    [{ type: "rating" }],
    [{ time: "yesterday" }],
    [{ time: "2024-02-30" }],
    [{ time: "2099-01-01" }],
    [{ time: -5 }],
    [{ time: true }],
    [{ event_id: "" }],
    [{ event_id: "x".repeat(129) }],
    [{ metadata: [1] }],
    [{ metadata: { text: "x".repeat(20_000) } }],
    [{ timestamp: 5 }],
  ])("refuses an event with %j, and stores nothing", async (fields) => {
    const { send, stored } = await eventsWorld();
    const response = await send({ ...view, ...fields });
    expect(response.status).toBe(422);
    const [field] = Object.keys(fields);
    const detail = JSON.stringify(await response.json());
    if (field !== "type" && field !== "timestamp") expect(detail).toContain(`"${field}"`);
    expect(stored()).toEqual([]);
  });

  it.each([
    ["2024-01-09T07:00:00+09:00", Date.UTC(2024, 0, 8, 22)],
    [1_700_000_000, 1_700_000_000_000],
    [1_700_000_000_123, 1_700_000_000_123],
  ])("reads the time %s as files do", async (time, expected) => {
    const { app, memory } = await world();
    const deps = { now: () => 1_800_000_000_000 };
    expect(deps.now()).toBeGreaterThan(expected);
    const { readEvents } = await import("#recommend/events/read-events.ts");
    const read = () => ({ ...view, time });
    expect(readEvents([{ position: 0, read }], deps.now()).events[0]?.time).toBe(expected);
    expect([app, memory]).toHaveLength(2);
  });

  it("cleans ids as files do, so that both name the same user", async () => {
    const { send, stored } = await eventsWorld();
    await send({ ...view, user_id: " ann\u200b", item_id: 42 });
    expect(stored()[0]).toMatchObject({ user_id: "ann", item_id: "42" });
  });

  it.each([
    ["nothing", "", 422, {}],
    ["an empty list", "[]", 422, {}],
    ["blank lines", "\n \n", 422, lines],
    ["text", "hello", 422, {}],
    ["a list and more", JSON.stringify({ events: [view], type: "view" }), 422, {}],
    ["too many events", JSON.stringify(Array(MAX_EVENTS + 1).fill(view)), 413, {}],
    ["too many bytes", "x".repeat(MAX_EVENTS_BODY_BYTES + 1), 413, lines],
  ])("refuses a body of %s", async (_name, body, status, options) => {
    const { send, stored } = await eventsWorld();
    expect((await send(body, options)).status).toBe(status);
    expect(stored()).toEqual([]);
  });

  it("takes more than 1,000 events as lines", async () => {
    const { send } = await eventsWorld();
    const response = await send(`${JSON.stringify(view)}\n`.repeat(MAX_EVENTS + 5), lines);
    expect(await response.json()).toMatchObject({ accepted: MAX_EVENTS + 5 });
  });

  it("answers 503 with the time to wait when the events are not stored", async () => {
    const { send, memory } = await eventsWorld();
    memory.state.problem = new EventsNotStored("a shard failed");
    const response = await send(view);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("1");
  });

  it("needs a key with the scope events", async () => {
    const { send } = await eventsWorld();
    expect((await send(view, { headers: { "X-API-Key": KEY } })).status).toBe(403);
    expect((await send(view, { headers: { "X-API-Key": "" } })).status).toBe(401);
  });
});
