/** Who may call Gorse's addresses, and what bad input does to them. */
import { describe, expect, it } from "vitest";
import { MAX_BULK_BODY_BYTES, MAX_BULK_ITEMS, MAX_EVENTS } from "#contract/limits.ts";
import { EVENTS_KEY, ITEMS_KEY, KEY } from "../serving-world.ts";
import { GORSE_KEY, gorseWorld, OPEN_KEY } from "./gorse-world.ts";

const STAR = [{ FeedbackType: "star", UserId: "ann", ItemId: "i1" }];
/** Each call, and a scope that is enough for it. */
const CALLS: readonly (readonly [method: string, path: string, body: unknown, scope: string])[] = [
  ["POST", "/user", { UserId: "ann" }, "items"],
  ["POST", "/users", [{ UserId: "ann" }], "items"],
  ["GET", "/users", undefined, "items"],
  ["GET", "/user/ann", undefined, "items"],
  ["PATCH", "/user/ann", {}, "items"],
  ["DELETE", "/user/ann", undefined, "write"],
  ["GET", "/user/ann/neighbors", undefined, "items"],
  ["GET", "/user/ann/feedback", undefined, "read"],
  ["GET", "/user/ann/feedback/star", undefined, "read"],
  ["POST", "/item", { ItemId: "i1" }, "items"],
  ["POST", "/items", [{ ItemId: "i1" }], "items"],
  ["GET", "/items", undefined, "items"],
  ["GET", "/item/i1", undefined, "items"],
  ["PATCH", "/item/i1", {}, "items"],
  ["DELETE", "/item/i1", undefined, "write"],
  ["PUT", "/item/i1/category/x", undefined, "items"],
  ["DELETE", "/item/i1/category/x", undefined, "items"],
  ["GET", "/item/i1/feedback", undefined, "read"],
  ["GET", "/item/i1/feedback/star", undefined, "read"],
  ["GET", "/item/i1/neighbors", undefined, "predict"],
  ["POST", "/feedback", STAR, "events"],
  ["PUT", "/feedback", STAR, "events"],
  ["GET", "/feedback", undefined, "read"],
  ["GET", "/feedback/star", undefined, "read"],
  ["GET", "/feedback/ann/i1", undefined, "read"],
  ["DELETE", "/feedback/ann/i1", undefined, "write"],
  ["GET", "/feedback/star/ann/i1", undefined, "read"],
  ["DELETE", "/feedback/star/ann/i1", undefined, "write"],
  ["GET", "/recommend/ann", undefined, "predict"],
  ["POST", "/session/recommend", STAR, "predict"],
  ["GET", "/latest", undefined, "predict"],
  ["GET", "/popular", undefined, "predict"],
  ["GET", "/non-personalized/popular", undefined, "predict"],
  ["GET", "/non-personalized/nosuch", undefined, "predict"],
];
const IN_ADDRESS =
  /^(GET \/(recommend|latest|popular|non-personalized|item\/i1\/neighbors)|POST \/(session|feedback))/;

describe("keys", () => {
  it("of another form, unknown, expired or missing ones are refused by every call", async () => {
    const { ask, addKey } = await gorseWorld();
    const old = `rctm_${"x".repeat(64)}`;
    await addKey(old, ["predict", "events", "items", "read", "write"], 5_000);
    const answers: unknown[] = [];
    for (const [method, path, body] of CALLS) {
      for (const key of [null, "nope", GORSE_KEY.replace("g", "h"), old]) {
        const { status, body: text } = await ask(`/api${path}`, { method, body, key });
        if (status !== 401 || text !== "unauthorized") answers.push([method, path, key, status, text]);
      }
    }
    expect(answers).toEqual([]);
  });

  it("need a scope of the call", async () => {
    const { ask, addKey } = await gorseWorld();
    const scopes = ["predict", "events", "items", "read", "write"] as const;
    const keys = new Map(scopes.map((scope) => [scope as string, `rctm_${scope.padEnd(64, "-")}`]));
    for (const scope of scopes) await addKey(keys.get(scope) as string, [scope]);
    const wrong: unknown[] = [];
    for (const [method, path, body, enough] of CALLS) {
      const lacking = ["predict", "events"].filter((scope) => scope !== enough);
      for (const scope of lacking) {
        const { status } = await ask(`/api${path}`, { method, body, key: keys.get(scope) as string });
        if (status !== 403) wrong.push([method, path, scope, status]);
      }
      const { status } = await ask(`/api${path}`, { method, body, key: keys.get(enough) as string });
      if (status === 401 || status === 403) wrong.push([method, path, enough, status]);
    }
    expect(wrong).toEqual([]);
    const back = "/api/recommend/ann?write-back-type=read";
    expect((await ask(back, { key: KEY })).status).toBe(403);
    expect((await ask("/api/user/ann/feedback", { key: ITEMS_KEY })).status).toBe(403);
    expect((await ask("/api/latest", { key: EVENTS_KEY })).status).toBe(403);
  });

  it("in the address may ask for recommendations and send feedback, whatever their scopes", async () => {
    const { ask } = await gorseWorld();
    const wrong: unknown[] = [];
    for (const [method, path, body] of CALLS) {
      const { status, body: text } = await ask(`/k/${GORSE_KEY}/api${path}`, { method, body, key: null });
      if (JSON.stringify(text).includes(GORSE_KEY)) wrong.push([method, path, text]);
      if ((status === 200) !== IN_ADDRESS.test(`${method} ${path}`)) wrong.push([method, path, status]);
    }
    expect(wrong).toEqual([]);
    expect((await ask(`/k/${OPEN_KEY}/api/latest`, { key: null })).status).toBe(200);
    expect((await ask(`/k/${OPEN_KEY.replace("o", "x")}/api/latest`, { key: null })).status).toBe(401);
  });

  it("of other projects see nothing of this one", async () => {
    const { ask, send, putKey } = await gorseWorld();
    await send("POST", "/api/item", { ItemId: "w1" });
    const foreign = `rctm_${"f".repeat(64)}`;
    await putKey(foreign, { id: 9, project_id: 4, scopes: ["predict"], expires_at: null });
    expect((await ask("/api/recommend/ann", { key: foreign })).body).not.toContain("1");
  });

  it("of pages speak for the user of their token alone", async () => {
    const { ask, putKey } = await gorseWorld();
    const page = `rctm_${"p".repeat(64)}`;
    const browser = { allowed_origins: ["https://shop.example"] };
    await putKey(page, { id: 7, project_id: 3, scopes: ["predict", "events"], expires_at: null, browser });
    expect((await ask("/api/recommend/ann", { key: page })).status).toBe(401);
    expect((await ask("/api/feedback", { method: "POST", body: STAR, key: page })).status).toBe(401);
  });
});

describe("bad input", () => {
  const refused: readonly (readonly [
    method: string,
    path: string,
    body: unknown,
    status: number,
    text: string,
  ])[] = [
    ["GET", "/recommend/ann?n=ten", undefined, 400, 'strconv.Atoi: parsing "ten": invalid syntax'],
    ["GET", "/recommend/ann?n=-5", undefined, 400, "n is -5, and it is at least 0"],
    ["GET", "/latest?offset=-2", undefined, 400, "offset is -2, and it is at least 0"],
    [
      "GET",
      "/recommend/ann?write-back-type=read&write-back-delay=soon",
      undefined,
      400,
      'time: invalid duration "soon"',
    ],
    ["GET", "/recommend/ann?write-back-type=Re,ad", undefined, 400, "write-back-type"],
    ["GET", "/users?cursor=%00", undefined, 400, "cursor"],
    ["GET", "/users?cursor=WzFd", undefined, 400, "cursor"],
    ["GET", "/items?Cursor=abc", undefined, 400, "cursor"],
    ["GET", `/feedback?cursor=${"a".repeat(9_000)}`, undefined, 400, "cursor"],
    ["POST", "/feedback", '[{"FeedbackType":"star"', 400, "unexpected EOF"],
    ["POST", "/feedback", "[}", 400, "invalid JSON"],
    ["POST", "/feedback", "", 400, "EOF"],
    ["POST", "/feedback", {}, 400, "json: cannot unmarshal object into Go value of type []server.Feedback"],
    [
      "POST",
      "/feedback",
      [{ ...STAR[0], Value: "five" }],
      400,
      "cannot unmarshal string into Go struct field Feedback.Value of type float64",
    ],
    [
      "POST",
      "/feedback",
      [{ ...STAR[0], Timestamp: "yesterday-ish" }],
      400,
      'Could not find format for "yesterday-ish"',
    ],
    ["POST", "/feedback", [{ ...STAR[0], UserId: "" }], 400, "UserId"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: " A" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "A=1" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "a\nb" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "\ud800" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "__proto__" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "x".repeat(65) }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], FeedbackType: "shadow_impression" }], 400, "FeedbackType"],
    ["POST", "/feedback", [{ ...STAR[0], Comment: "x".repeat(5_000) }], 400, "comment"],
    ["POST", "/feedback", [{ FeedbackType: "star", UserId: "a" }], 400, "ItemId is missing"],
    ["POST", "/feedback", Array(MAX_EVENTS + 1).fill(STAR[0]), 413, String(MAX_EVENTS)],
    ["POST", "/items", Array(MAX_BULK_ITEMS + 1).fill({ ItemId: "a" }), 413, String(MAX_BULK_ITEMS)],
    ["POST", "/users", Array(501).fill({ UserId: "a" }), 413, "500"],
    ["POST", "/items", "x".repeat(MAX_BULK_BODY_BYTES + 1), 413, "larger"],
    ["POST", "/item", { ItemId: "" }, 400, "ItemId"],
    ["POST", "/item", { ItemId: "a", Labels: { x: "y".repeat(10_000) } }, 400, "8192"],
    [
      "POST",
      "/user",
      { UserId: "a", Labels: { "": 1, x: { a: { b: { c: { d: { e: 1 } } } } } } },
      400,
      "nest",
    ],
    ["GET", "/user/%ff", undefined, 400, "escape"],
    ["GET", "/nothing", undefined, 404, "404: Page Not Found"],
    ["GET", "/user/", undefined, 405, "405: Method Not Allowed"],
    ["POST", "/recommend/ann", {}, 405, "405: Method Not Allowed"],
  ];

  it.each(refused)("%s %s is refused in plain text (%#)", async (method, path, body, status, text) => {
    const { ask, memory, shelf } = await gorseWorld();
    const answer = await ask(`/api${path}`, { method, ...(body !== undefined && { body }) });
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([
      status,
      "text/plain; charset=utf-8",
    ]);
    expect(answer.body).toContain(text);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect([memory.sent.length, shelf.rows.size]).toEqual([0, 0]);
  });

  it("without a JSON content type is a 415", async () => {
    const { ask } = await gorseWorld();
    const headers = { "Content-Type": "text/plain" };
    const answer = await ask("/api/feedback", { method: "POST", body: "[]", headers });
    expect([answer.status, answer.body]).toEqual([415, "415: Unsupported Media Type"]);
  });

  it("in one entry keeps all others of the request out", async () => {
    const { ask, send, memory, shelf } = await gorseWorld();
    expect((await send("POST", "/api/feedback", [...STAR, { ...STAR[0], ItemId: "" }])).status).toBe(400);
    expect((await send("POST", "/api/users", [{ UserId: "ann" }, { UserId: "" }])).status).toBe(400);
    const items = [
      { ItemId: "a", Labels: { n: 1 } },
      { ItemId: "b", Labels: { n: "x" } },
    ];
    expect((await send("POST", "/api/items", items)).body).toContain("b: ");
    expect([memory.sent.length, memory.users.size, shelf.rows.size]).toEqual([0, 0, 0]);
    expect((await ask("/api/user/ann")).status).toBe(404);
  });

  it("is told from a store that fails, which is asked for again", async () => {
    const { send, memory, logged } = await gorseWorld();
    const { EventsNotStored } = await import("#recommend/events/event-shards.ts");
    memory.state.problem = new EventsNotStored("down");
    const answer = await send("POST", "/api/feedback", STAR);
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "1"]);
    expect(logged).toContain("feedback_not_stored");
  });

  it("of a removal that is too much for one call is told to be sent again", async () => {
    const { send, memory } = await gorseWorld();
    memory.said.state.isDone = false;
    expect((await send("DELETE", "/api/item/i1")).status).toBe(503);
    expect((await send("DELETE", "/api/feedback/ann/i1")).status).toBe(503);
  });
});

it("answers preflights of any page, and says nothing of keys", async () => {
  const { ask } = await gorseWorld();
  const answer = await ask("/api/recommend/ann", { method: "OPTIONS", key: null });
  expect(answer.status).toBe(204);
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(answer.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
  expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
});
