import { describe, expect, it } from "vitest";
import { webhookEndpoint } from "#db/webhook-schema.ts";
import { CALLS_PER_TURN, driveEndpoint, SENDING_MS } from "#services/webhooks/drive-endpoints.ts";
import {
  broken,
  type Call,
  drive,
  endpointOf,
  happen,
  rowsOf,
  slotsOf,
  stateOf,
  wakesOf,
} from "../../../runtime/endpoints.ts";
import { setUp } from "../../../runtime/retraining.ts";

/** When an endpoint is called, and by whom. */
describe("an endpoint", () => {
  it("is woken by each event that it wants, by a replay, and when it is switched on", async () => {
    const setup = await setUp();
    const { ann, api } = setup;
    const { id } = await endpointOf(setup);
    const deaf = await endpointOf(setup, { events: ["deployed"] });
    await happen(setup, 2);
    await happen(setup, 2);
    const now = api.deps.clock();
    expect([wakesOf(setup, id), wakesOf(setup, deaf.id)]).toEqual([[now, now], []]);
    const path = `/webhook_endpoint/${id}/`;
    await ann.call("POST", `${path}replay/`, {});
    expect(wakesOf(setup, id)).toHaveLength(2);
    await drive(setup, id, () => new Response(null, { status: 410 }));
    await ann.call("POST", `${path}replay/`, {});
    await ann.call("PATCH", path, { is_enabled: true });
    await ann.call("PATCH", path, { is_enabled: false });
    expect(wakesOf(setup, id)).toEqual([now, now, now, now]);
  });

  it("is woken when its wait is over, however long, and when a turn leaves calls", async () => {
    const setup = await setUp();
    const { api } = setup;
    const { id } = await endpointOf(setup);
    await happen(setup, CALLS_PER_TURN + 2);
    const before = api.calls.length;
    const woken = () => wakesOf(setup, id, before);
    await drive(setup, id);
    expect(woken()).toEqual([api.deps.clock()]);
    await drive(setup, id, broken);
    const { retryAt } = await stateOf(setup, id);
    expect(woken().slice(1)).toEqual([retryAt]);
    // A ring that comes before its time sends nothing, and is set again.
    expect(await drive(setup, id)).toEqual([]);
    expect(woken().slice(2)).toEqual([retryAt]);
    api.advance(retryAt - api.deps.clock());
    expect(slotsOf(await drive(setup, id))).toEqual([CALLS_PER_TURN + 1, CALLS_PER_TURN + 2]);
    expect(woken()).toHaveLength(3);
  });

  it("is called by one Worker at a time; a killed one is replaced, and the call has the same id", async () => {
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    await happen(setup, 2);
    let answer: (response: Response) => void = () => undefined;
    const hanging = new Promise<Response>((done) => {
      answer = done;
    });
    const seen: Call[] = [];
    const reached = new Promise<void>((isThere) => {
      const { outbound } = setup.api.deps;
      const fetch = async (_url: string, init: RequestInit) => {
        seen.push({ headers: new Headers(init.headers), body: String(init.body) });
        isThere();
        return hanging;
      };
      void driveEndpoint({ ...setup.api.deps, ...outbound, fetch }, id);
    });
    await reached;
    const before = setup.api.calls.length;
    expect(await drive(setup, id)).toEqual([]);
    expect(wakesOf(setup, id, before)).toEqual([setup.api.deps.clock() + SENDING_MS]);
    setup.api.advance(SENDING_MS);
    const second = await drive(setup, id);
    expect(slotsOf(second)).toEqual([1, 2]);
    expect(second[0]?.headers.get("webhook-id")).toBe(seen[0]?.headers.get("webhook-id"));
    // The replaced one comes back, and changes nothing.
    answer(broken());
    await hanging;
    await setup.api.deps.db.select().from(webhookEndpoint);
    expect((await rowsOf(setup, id)).map(({ status }) => status)).toEqual(["DELIVERED", "DELIVERED"]);
    expect(await stateOf(setup, id)).toMatchObject({ failures: 0, isEnabled: true });
  });
});
