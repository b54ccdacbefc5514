/** All routes of serving against input that no route may take. */
import { describe, expect, it } from "vitest";
import type { ValidationProblem } from "#contract/inference.ts";
import type { ServingRoute } from "#contract/serving-route.ts";
import { SERVING_ROUTES, type ServingRouteName } from "#contract/serving-routes.ts";
import { EVENTS_KEY, ITEMS_KEY, KEY, world } from "../serving-world.ts";

type Given = readonly [name: ServingRouteName, route: ServingRoute];

const ROUTES = Object.entries(SERVING_ROUTES) as unknown as readonly Given[];
const WITH_BODY = ROUTES.filter(([, { body }]) => body !== undefined);
const WITH_QUERY = ROUTES.filter(([, { query }]) => query !== undefined);
const WITH_ID = ROUTES.filter(([, { path }]) => path.includes("_id}"));

/** A body that the route takes. */
const BODIES: Partial<Record<ServingRouteName, unknown>> = {
  predict: { user_id: "ann" },
  predictModel: { user_id: "ann" },
  predictModelBatch: { user_ids: ["ann"] },
  events: { type: "view", user_id: "ann", item_id: "2" },
  recommend: { user_id: "ann" },
  similar: { item_ids: ["2"] },
  batch: { requests: [{ user_id: "ann" }] },
  userTokens: { user_id: "ann" },
  items: { item_id: "2", properties: { season: "winter" } },
  item_replace: { properties: { season: "winter" } },
  item_change: { properties: { season: "winter" } },
  user_replace: { properties: { season: "winter" } },
  user_change: { properties: { season: "winter" } },
};

const KEYS: Readonly<Record<string, string>> = { events: EVENTS_KEY, items: ITEMS_KEY, users: ITEMS_KEY };
const keyFor = ({ tag }: ServingRoute) => KEYS[tag] ?? KEY;
const addressOf = ({ path }: ServingRoute, id = "2") =>
  path.replace("{project_id}", id === "2" ? "3" : id).replace(/\{\w+\}/, id);

async function badWorld() {
  const served = await world();
  const send = async (route: ServingRoute, address: string, body?: BodyInit, more: object = {}) => {
    const init = {
      method: route.method,
      headers: { "X-API-Key": keyFor(route), "Content-Type": "application/json" },
      ...(body !== undefined && { body }),
      ...more,
    };
    const answer = await served.app.request(address, init as RequestInit);
    return { status: answer.status, detail: ((await answer.json()) as { detail?: unknown }).detail };
  };
  /** What was stored. */
  const stored = () => [
    ...served.memory.sent,
    ...served.shelf.rows.values(),
    ...served.memory.users.values(),
  ];
  return { ...served, send, stored };
}

const bodyOf = (name: ServingRouteName) =>
  BODIES[name] === undefined ? undefined : JSON.stringify(BODIES[name]);

const places = (detail: unknown) => (detail as ValidationProblem[]).map(({ loc }) => loc.slice(0, 2));

it("takes what is right, on every route", async () => {
  const { send } = await badWorld();
  for (const [name, route] of ROUTES) {
    const query = name === "popular" ? "?include_metadata=true&limit=%2B5&offset=0" : "";
    expect([name, (await send(route, addressOf(route) + query, bodyOf(name))).status]).toEqual([name, 200]);
  }
});

describe.each(WITH_QUERY)("the query of %s", (name, route) => {
  const { shape } = route.query as NonNullable<ServingRoute["query"]>;
  const wrongOf = (field: string): readonly string[] => {
    if (field === "limit" || field === "offset")
      return ["", "1e1", "0x5", "1.5", "-1", "five", "9".repeat(20)];
    if (field === "filter") return ["item.", "item.price <"];
    if (field === "category" || field === "country") return ["", "x".repeat(101), "a%0Ab"];
    return ["2", "", "yes", "TRUE", "true%20"];
  };

  it.each(Object.keys(shape))("refuses a wrong %s, and names it", async (field) => {
    const { send, stored } = await badWorld();
    for (const value of wrongOf(field)) {
      const { status, detail } = await send(route, `${addressOf(route)}?${field}=${value}`, bodyOf(name));
      expect([value, status]).toEqual([value, 422]);
      expect(places(detail)).toEqual([["query", field]]);
    }
    expect(stored()).toEqual([]);
  });

  it("refuses a field that is there twice", async () => {
    const { send, stored } = await badWorld();
    for (const field of Object.keys(shape)) {
      const twice = `${addressOf(route)}?${field}=true&${field}=true`;
      const { status, detail } = await send(route, twice, bodyOf(name));
      expect([field, status, places(detail)]).toEqual([field, 422, [["query", field]]]);
    }
    expect(stored()).toEqual([]);
  });

  it("refuses an escape that is broken, and names its field", async () => {
    const { send, stored } = await badWorld();
    for (const field of Object.keys(shape)) {
      const { status, detail } = await send(route, `${addressOf(route)}?${field}=%FF`, bodyOf(name));
      expect([field, status]).toEqual([field, 422]);
      expect(places(detail)).toEqual([["query", field]]);
    }
    expect(stored()).toEqual([]);
  });
});

describe.each(WITH_ID)("the address of %s", (name, route) => {
  it.each(["%FF", "%E0%A4%A", "%", "%zz", "a%", "%ED%A0%80", "%C3%28"])(
    "refuses the broken escape %s, and names the part",
    async (id) => {
      const { send, stored } = await badWorld();
      const { status, detail } = await send(route, addressOf(route, id), bodyOf(name));
      expect(status).toBe(422);
      expect(places(detail)).toEqual([["path", /\{(\w+)\}/.exec(route.path)?.[1]]]);
      expect(stored()).toEqual([]);
    },
  );
});

const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

/** The body with a byte in its last text that no character begins with. */
function notUtf8(name: ServingRouteName): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(bodyOf(name));
  const at = bytes.lastIndexOf('"'.charCodeAt(0));
  return new Uint8Array([...bytes.subarray(0, at), 0xff, ...bytes.subarray(at)]);
}

describe.each(WITH_BODY)("the body of %s", (name, route) => {
  it.each([
    ["nothing", ""],
    ["half an object", "{"],
    ["null", "null"],
    ["a number", "5"],
    ["a text", '"text"'],
    ["an empty list", "[]"],
    ["a list of nulls", "[null]"],
    ["brackets within brackets", DEEP],
    ["an unknown field", '{"hello": 1}'],
  ])("is refused when it is %s", async (_what, body) => {
    const { send, stored } = await badWorld();
    const { status, detail } = await send(route, addressOf(route), body);
    // A list is a body of its own where many things may come: it is taken, and names each wrong one.
    expect(detail === undefined ? [207] : [422]).toContain(status);
    expect(stored()).toEqual([]);
  });

  it("is refused when it is no UTF-8", async () => {
    const { send, stored } = await badWorld();
    const answer = await send(route, addressOf(route), notUtf8(name));
    expect(answer).toMatchObject({
      status: 422,
      detail: [{ type: "json_invalid", msg: "The body is not UTF-8" }],
    });
    expect(stored()).toEqual([]);
  });

  it("is refused with 400 when it breaks off, whether its length is known or not", async () => {
    const { send, stored, logged } = await badWorld();
    const broken = () => {
      const chunks = [new TextEncoder().encode((bodyOf(name) ?? "").slice(0, 5))];
      return new ReadableStream({
        pull(controller) {
          const chunk = chunks.pop();
          if (chunk) controller.enqueue(chunk);
          else controller.error(new TypeError("the client is gone"));
        },
      });
    };
    const known = { "X-API-Key": keyFor(route), "Content-Length": "100" };
    for (const headers of [{ "X-API-Key": keyFor(route) }, known]) {
      const answer = await send(route, addressOf(route), broken(), { duplex: "half", headers });
      expect(answer).toEqual({ status: 400, detail: "The request's body broke off" });
    }
    expect([stored(), logged]).toEqual([[], []]);
  });

  it("is refused with half of a character in any text of it", async () => {
    const { send, stored } = await badWorld();
    const whole = bodyOf(name) ?? "";
    // Also the names of fields, which are then unknown ones.
    for (const { index } of whole.matchAll(/"(?=[:,\]}])/g)) {
      const { status } = await send(
        route,
        addressOf(route),
        `${whole.slice(0, index)}\\ud800${whole.slice(index)}`,
      );
      expect([index, status]).toEqual([index, 422]);
    }
    expect(stored()).toEqual([]);
  });
});

describe("a list in a body", () => {
  it.each([
    ["events", {}],
    ["events", null],
    ["events", "view"],
    ["items", 5],
    ["items", { item_id: "2" }],
  ] as const)("is shown where %s is %j", async (field, list) => {
    const { send } = await badWorld();
    const { status, detail } = await send(
      SERVING_ROUTES[field],
      `/v1/${field}`,
      JSON.stringify({ [field]: list }),
    );
    expect([status, detail]).toMatchObject([422, [{ loc: ["body", field], input: list }]]);
  });
});

describe("texts of an event", () => {
  it.each([
    [{ event_id: "a\ud800" }, "event_id"],
    [{ request_id: "\udfff" }, "request_id"],
    [{ session_id: "\ud800b" }, "session_id"],
    [{ metadata: { place: ["\ud83d"] } }, "metadata"],
    [{ metadata: { "\ud83d": 1 } }, "metadata"],
    [{ type: "view\ud800" }, "type"],
  ])("are whole characters: %j", async (fields, field) => {
    const { send, stored } = await badWorld();
    const body = JSON.stringify({ ...(BODIES.events as object), ...fields });
    const { status, detail } = await send(SERVING_ROUTES.events, "/v1/events", body);
    expect([status, places(detail)]).toEqual([422, [["body", field]]]);
    expect(stored()).toEqual([]);
  });
});
