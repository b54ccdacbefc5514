/** Conversion events: who may send them, and that a batch is stored whole or not at all. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { apiKeyCreatedResponse } from "#contract/api-key.ts";
import { MAX_CONVERSION_EVENTS } from "#contract/conversion-event.ts";
import { eraseConversions, expireConversions } from "#services/experiments/conversion-events.ts";
import { readAs } from "../../../runtime/api.ts";
import { slotsWithEvents, statusAndBody } from "../ab_test/slots-with-events.ts";

async function setUp() {
  const world = await slotsWithEvents();
  const { ann, api, projectId } = world;
  const keyWith = async (...scopes: string[]) => {
    const body = { project: projectId, name: scopes.join(), scopes };
    const { key } = await readAs(apiKeyCreatedResponse, await ann.call("POST", "/api_keys/", body), 201);
    return (method: string, path: string, sent?: object) =>
      api.fetch(`/api/v1${path}`, {
        method,
        headers: { "X-API-Key": key, "Content-Type": "application/json" },
        ...(sent && { body: JSON.stringify(sent) }),
      });
  };
  const stored = () =>
    env.DB.prepare("select count(*) as count from conversion_event where project_id = ?")
      .bind(projectId)
      .first<number>("count");
  return { ...world, keyWith, stored };
}

describe("conversion events", () => {
  it("are sent by sessions and by keys that may predict", async () => {
    const { keyWith, control, bodyOfEvent, bob } = await setUp();
    const event = bodyOfEvent({ slot: control.id, type: "click", user: "7" });
    const [predict, read, write] = [await keyWith("predict"), await keyWith("read"), await keyWith("write")];
    const made = await predict("POST", "/conversion_event/", { ...event, user_id: 7, metadata_json: [1] });
    expect(await statusAndBody(made)).toMatchObject([
      201,
      { user_id: "7", item_id: "", recommendation_request_id: null, metadata_json: [1] },
    ]);
    const refusal = [403, { detail: "You do not have permission to perform this action." }];
    expect(await statusAndBody(await read("POST", "/conversion_event/", event))).toEqual(refusal);
    expect(await statusAndBody(await write("POST", "/conversion_event/", event))).toEqual(refusal);
    expect(await statusAndBody(await bob.call("POST", "/conversion_event/", event))).toEqual([
      403,
      { detail: "You do not own this project" },
    ]);
  });

  it("are of the key's project and of a slot in it", async () => {
    const { keyWith, control, bodyOfEvent, send } = await setUp();
    const other = await setUp();
    const foreign = await other.keyWith("predict");
    const event = bodyOfEvent({ slot: control.id, type: "click" });
    expect(await statusAndBody(await foreign("POST", "/conversion_event/", event))).toEqual([
      403,
      { detail: "API key not authorized for this project" },
    ]);
    expect(await statusAndBody(await send([{ slot: other.control.id, type: "click" }]))).toEqual([
      403,
      { detail: "Deployment slot does not belong to the specified project" },
    ]);
    const own = await keyWith("predict");
    const missing = await own("POST", "/conversion_event/", { ...event, deployment_slot: 999_999 });
    expect(await statusAndBody(missing)).toEqual([
      400,
      { deployment_slot: ['Invalid pk "999999" - object does not exist.'] },
    ]);
  });

  it("of a batch are stored together, in their order, or not at all", async () => {
    const { ann, control, send, stored, bodyOfEvent } = await setUp();
    const batch = (events: unknown) => ann.call("POST", "/conversion_event/batch/", { events });
    const click = bodyOfEvent({ slot: control.id, type: "click" });
    expect(await statusAndBody(await batch([click, { ...click, event_type: "nope" }]))).toEqual([
      400,
      { events: [{}, { event_type: ['"nope" is not a valid choice.'] }] },
    ]);
    expect(await statusAndBody(await batch("x"))).toEqual([
      400,
      { events: { non_field_errors: ['Expected a list of items but got type "str".'] } },
    ]);
    expect(await statusAndBody(await batch([null, [], 7]))).toMatchObject([400, { events: [{}, {}, {}] }]);
    expect(await statusAndBody(await ann.call("POST", "/conversion_event/batch/", {}))).toEqual([
      400,
      { events: ["This field is required."] },
    ]);
    const many = Array.from({ length: MAX_CONVERSION_EVENTS + 1 }, () => click);
    expect((await batch(many)).status).toBe(400);
    expect(await stored()).toBe(0);
    expect(await statusAndBody(await batch([]))).toEqual([201, { created: 0 }]);
    const users = Array.from({ length: 1_500 }, (_, at) => `user ${at} "'\\`);
    const sent = await send(users.map((user) => ({ slot: control.id, type: "click", user })));
    expect(await statusAndBody(sent)).toEqual([201, { created: 1_500 }]);
    const { results } = await env.DB.prepare(
      "select user_id from conversion_event where user_id like 'user %' order by id",
    ).all();
    expect(results.map(({ user_id }) => user_id)).toEqual(users);
  });

  it("that cannot be stored are refused by their field, alone and in a batch, and nothing is stored", async () => {
    const { ann, api, control, stored, bodyOfEvent } = await setUp();
    const event = bodyOfEvent({ slot: control.id, type: "click" });
    const deep = JSON.parse(`${"[".repeat(2_000)}${"]".repeat(2_000)}`) as unknown;
    const wrong: readonly (readonly [string, unknown])[] = [
      ...["a\u0000b", "\ud800", "", "   ", "x".repeat(1_000), null, true, {}, ["u"], 1e300].map(
        (value) => ["user_id", value] as const,
      ),
      ...["a\u0000b", "\udc00", "x".repeat(1_000), {}].map((value) => ["item_id", value] as const),
      ...["Click", "__proto__", 1, null, ["click"]].map((value) => ["event_type", value] as const),
      ...["7", 7, "0".repeat(36), {}].map((value) => ["recommendation_request_id", value] as const),
      ...[deep, { a: "\ud800" }, "x".repeat(900_000)].map((value) => ["metadata_json", value] as const),
      ...[-1, 0, 2 ** 53, "1 or 1=1", [], null].map((value) => ["deployment_slot", value] as const),
    ];
    const accepted: unknown[] = [];
    for (const [field, value] of wrong) {
      const sent = { ...event, [field]: value };
      const [status, body] = await statusAndBody(await ann.call("POST", "/conversion_event/", sent));
      const isNamed = status === 400 && Object.keys(body as object).join() === field;
      if (!isNamed) accepted.push([field, JSON.stringify(value).slice(0, 40), status, body]);
      const batch = await ann.call("POST", "/conversion_event/batch/", { events: [event, sent] });
      if (batch.status !== 400) accepted.push(["batch", field, batch.status]);
    }
    expect(accepted).toEqual([]);
    const headers = { "Content-Type": "application/json", authorization: `Bearer ${ann.session.access}` };
    for (const body of ["", "{", "null", "[]", '"x"', "\u0000", `{"a":${"[".repeat(100_000)}`]) {
      const answer = await api.fetch("/api/v1/conversion_event/", { method: "POST", headers, body });
      expect([body.slice(0, 9), answer.status]).toEqual([body.slice(0, 9), 400]);
    }
    expect(await stored()).toBe(0);
  });

  it("are deleted by who may write, and changed by nobody", async () => {
    const { ann, keyWith, control, bodyOfEvent, stored } = await setUp();
    const made = await ann.call(
      "POST",
      "/conversion_event/",
      bodyOfEvent({ slot: control.id, type: "click" }),
    );
    const { id } = (await made.json()) as { id: number };
    const predict = await keyWith("predict");
    expect((await predict("DELETE", `/conversion_event/${id}/`)).status).toBe(403);
    expect((await predict("PATCH", `/conversion_event/${id}/`, { event_type: "purchase" })).status).toBe(405);
    expect(await stored()).toBe(1);
    expect((await ann.call("DELETE", `/conversion_event/${id}/`)).status).toBe(204);
    expect(await stored()).toBe(0);
  });

  it("of an erased person go, and no others", async () => {
    const { api, projectId, control, send, stored } = await setUp();
    const other = await setUp();
    const click = { slot: control.id, type: "click" };
    await send([
      { ...click, user: "ann" },
      { ...click, user: "ann" },
      { ...click, user: "bob" },
    ]);
    await other.send([{ ...click, slot: other.control.id, user: "ann" }]);
    expect(await eraseConversions(api.deps, projectId, "ann")).toBe(2);
    expect([await stored(), await other.stored()]).toEqual([1, 1]);
  });

  it("go when their time is over", async () => {
    const { api, control, send, stored, projectId } = await setUp();
    await send([{ slot: control.id, type: "click" }]);
    await env.DB.prepare("update conversion_event set created_at = created_at - ? where project_id = ?")
      .bind(2 * 86_400_000, projectId)
      .run();
    await send([{ slot: control.id, type: "click" }]);
    const sweep = async (days: number | null) => {
      let gone = 0;
      // A tick takes a page of the projects.
      for (let tick = 0; tick < 20; tick++) gone += await expireConversions(api.deps, days);
      return gone;
    };
    expect([await sweep(null), await sweep(3), await stored()]).toEqual([0, 0, 2]);
    expect([await sweep(1), await stored()]).toEqual([1, 1]);
  });
});
