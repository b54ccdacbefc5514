import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import {
  endpointSecretResponse,
  endpointTestResponse,
  MAX_WAITING_CALLS,
  replayResponse,
  webhookBody,
  webhookCallResponse,
  webhookEndpointResponse,
} from "#contract/webhook-endpoint.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import { breakerState, FAILURES_TO_OPEN, GIVE_UP_MS } from "#services/webhooks/delivery-policy.ts";
import { driveEndpoints } from "#services/webhooks/drive-endpoints.ts";
import { hmac } from "#services/webhooks/signing.ts";
import { caller, join, readAs, testApi } from "../../../runtime/api.ts";
import {
  broken,
  drive,
  endpointOf,
  happen,
  ok,
  rowsOf,
  slotsOf,
  stateOf,
  URL_OF_ANN,
} from "../../../runtime/endpoints.ts";
import { endTraining, onlyModelId, setUp } from "../../../runtime/retraining.ts";
import { post } from "../../../runtime/study.ts";

const HOUR_MS = 3_600_000;

describe("an endpoint of a project", () => {
  it("is told once that a model is ready, that it is live, and that another failed", async () => {
    const setup = await setUp();
    const { ann, projectId, dataId, configurationId } = setup;
    const { id } = await endpointOf(setup);
    await post(ann, "/trained_model/", { configuration: configurationId, data_loc: dataId });
    const modelId = await onlyModelId(setup);
    await endTraining(setup, modelId);
    await endTraining(setup, modelId);
    await post(ann, "/trained_model/", { configuration: configurationId, data_loc: dataId });
    await endTraining(setup, await onlyModelId(setup), "the kernel gave up");
    const bodies = (await drive(setup, id)).map(({ body }) => webhookBody.parse(JSON.parse(body)));
    expect(bodies.map(({ type }) => type)).toEqual(["model_ready", "deployed", "training_failed"]);
    expect(bodies.map(({ data }) => data)).toMatchObject([
      { project: projectId, model: modelId, version: 1 },
      { project: projectId, model: modelId, slot: expect.any(Number), reason: expect.any(String) },
      { project: projectId, model: await onlyModelId(setup), version: 2, error: "the kernel gave up" },
    ]);
    expect(await drive(setup, id)).toEqual([]);
  });

  it("is told only what it asks for, and nothing of other projects or while it is switched off", async () => {
    const [setup, other] = [await setUp(), await setUp()];
    const wanting = await endpointOf(setup, { events: ["quality_dropped"] });
    const deaf = await endpointOf(setup, { events: ["deployed"] });
    const off = await endpointOf(setup, { is_enabled: false });
    const foreign = await endpointOf(other);
    await happen(setup);
    await happen(setup);
    const counts = await Promise.all(
      [wanting, deaf, off, foreign].map(async ({ id }) => (await rowsOf(setup, id)).length),
    );
    expect(counts).toEqual([1, 0, 0, 0]);
  });

  it("gets signed calls, by both secrets for a day after a change", async () => {
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    const rotate = async () =>
      readAs(endpointSecretResponse, await setup.ann.call("POST", `/webhook_endpoint/${id}/secret/`));
    const first = await rotate();
    const second = await rotate();
    await happen(setup, 2);
    const [call] = await drive(setup, id);
    const [row] = await rowsOf(setup, id);
    const timestamp = call?.headers.get("webhook-timestamp");
    expect(call?.headers.get("webhook-id")).toBe(`call-${row?.id}`);
    expect(Number(timestamp)).toBe(Math.floor(setup.api.deps.clock() / 1000));
    const signed = async ({ secret }: { secret: string }) => {
      const key = Uint8Array.from(atob(secret.replace("whsec_", "")), (char) => char.charCodeAt(0));
      const mac = await hmac(key, `call-${row?.id}.${timestamp}.${call?.body}`);
      return `v1,${btoa(String.fromCharCode(...mac))}`;
    };
    expect(call?.headers.get("webhook-signature")).toBe(`${await signed(second)} ${await signed(first)}`);
    setup.api.advance(24 * HOUR_MS);
    await happen(setup, 1, 3);
    const [later] = await drive(setup, id);
    expect(later?.headers.get("webhook-signature")?.split(" ")).toHaveLength(1);
  });

  it("never gets a later event before an earlier one", async () => {
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    await happen(setup, 4);
    const first = await drive(setup, id, (n) => (n === 2 ? broken() : ok()));
    expect(slotsOf(first)).toEqual([1, 2]);
    expect(await drive(setup, id)).toEqual([]);
    setup.api.advance(30_000);
    const second = await drive(setup, id);
    expect(slotsOf(second)).toEqual([2, 3, 4]);
    expect(second[0]?.headers.get("webhook-id")).toBe(first[1]?.headers.get("webhook-id"));
  });

  it("that is dead has an open breaker, and fails all that waited for a day at once", async () => {
    const setup = await setUp();
    const { clock } = setup.api.deps;
    const { id } = await endpointOf(setup);
    await happen(setup, 3);
    for (let n = 1; n <= FAILURES_TO_OPEN; n++) {
      expect(await drive(setup, id, broken)).toHaveLength(1);
      const state = await stateOf(setup, id);
      expect(breakerState(state, clock())).toBe(n === FAILURES_TO_OPEN ? "OPEN" : "CLOSED");
      setup.api.advance(state.retryAt - clock());
    }
    expect(breakerState(await stateOf(setup, id), clock())).toBe("HALF_OPEN");
    setup.api.advance(GIVE_UP_MS);
    expect(await drive(setup, id, broken)).toHaveLength(1);
    expect((await rowsOf(setup, id)).map(({ status, attempts }) => [status, attempts])).toEqual([
      ["FAILED", FAILURES_TO_OPEN + 1],
      ["FAILED", 0],
      ["FAILED", 0],
    ]);
    await happen(setup, 1, 4);
    setup.api.advance((await stateOf(setup, id)).retryAt - clock());
    expect(slotsOf(await drive(setup, id))).toEqual([4]);
    expect(breakerState(await stateOf(setup, id), clock())).toBe("CLOSED");
  });

  it("gets dead letters again on request, behind what waits", async () => {
    const setup = await setUp();
    const { ann, api } = setup;
    const { id } = await endpointOf(setup);
    await happen(setup, 3);
    await api.deps.db.update(webhookCall).set({ status: "FAILED" }).where(eq(webhookCall.endpointId, id));
    await happen(setup, 1, 4);
    const filter = `/webhook_call/?endpoint=${id}&status=FAILED`;
    const dead = await readAs(pageOf(webhookCallResponse), await ann.call("GET", filter));
    expect(dead.count).toBe(3);
    const [newest] = dead.results;
    const one = await ann.call("POST", `/webhook_call/${newest?.id}/replay/`);
    expect(await readAs(webhookCallResponse, one)).toMatchObject({ id: newest?.id, status: "PENDING" });
    expect((await ann.call("POST", `/webhook_call/${newest?.id}/replay/`)).status).toBe(409);
    const all = await ann.call("POST", `/webhook_endpoint/${id}/replay/`);
    expect(await readAs(replayResponse, all)).toEqual({ replayed: 2 });
    expect(slotsOf(await drive(setup, id))).toEqual([4, 3, 1, 2]);
  });

  it("keeps no more than a number of waiting calls, and counts the rest", async () => {
    const setup = await setUp();
    const { db, clock } = setup.api.deps;
    const { id } = await endpointOf(setup);
    await happen(setup);
    const [row] = await rowsOf(setup, id);
    if (row === undefined) throw new Error("nothing waits");
    const { id: _id, ...values } = row;
    const more = Array.from({ length: MAX_WAITING_CALLS - 1 }, (_, n) => ({
      ...values,
      ...{ eventKey: null, position: n + 2, createdAt: clock() },
    }));
    for (let at = 0; at < more.length; at += 5) await db.insert(webhookCall).values(more.slice(at, at + 5));
    await happen(setup, 2, 2);
    expect((await stateOf(setup, id)).dropped).toBe(2);
    expect(await rowsOf(setup, id)).toHaveLength(MAX_WAITING_CALLS);
  });

  it("is switched off by 410, keeps what waits, and goes on when it is switched on", async () => {
    const setup = await setUp();
    const { ann } = setup;
    const { id } = await endpointOf(setup);
    await happen(setup, 2);
    await drive(setup, id, () => new Response(null, { status: 410 }));
    const path = `/webhook_endpoint/${id}/`;
    expect(await readAs(webhookEndpointResponse, await ann.call("GET", path))).toMatchObject({
      ...{ is_enabled: false, disabled_reason: "The address answered 410: it is gone." },
    });
    expect(await drive(setup, id)).toEqual([]);
    const changed = await ann.call("PATCH", path, { is_enabled: true });
    expect(await readAs(webhookEndpointResponse, changed)).toMatchObject({
      disabled_reason: null,
      retry_at: null,
    });
    expect(slotsOf(await drive(setup, id))).toEqual([2]);
  });

  it("waits as long as the answer asks", async () => {
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    await happen(setup);
    const busy = () => new Response(null, { status: 429, headers: { "retry-after": "7200" } });
    await drive(setup, id, busy);
    setup.api.advance(7_199_000);
    expect(await drive(setup, id)).toEqual([]);
    setup.api.advance(1_000);
    expect(await drive(setup, id)).toHaveLength(1);
  });

  it("is tested on request, whatever waits", async () => {
    const sent: string[] = [];
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    const fetch = async (_url: string, init: RequestInit) => {
      sent.push(String(init.body));
      return new Response(null, { status: 418 });
    };
    const { deps } = setup.api;
    const api = testApi({ ...deps, outbound: { ...deps.outbound, fetch } });
    const call = caller(api, { authorization: `Bearer ${setup.ann.session.access}` });
    const answer = await call("POST", `/webhook_endpoint/${id}/test/`);
    expect(await readAs(endpointTestResponse, answer)).toEqual({
      status: 418,
      error: "The address answered 418.",
    });
    expect(sent.map((body) => JSON.parse(body).type)).toEqual(["test"]);
    expect(await rowsOf(setup, id)).toEqual([]);
  });

  it("never goes to a private address, neither when it is stored nor when it is called", async () => {
    const setup = await setUp();
    const { ann, projectId } = setup;
    for (const url of [
      "https://169.254.169.254/",
      "http://example.com/",
      "https://0x7f.1/",
      "https://[::1]/",
    ]) {
      expect((await ann.call("POST", "/webhook_endpoint/", { project: projectId, url })).status).toBe(400);
    }
    const { id } = await endpointOf(setup);
    expect((await ann.call("PATCH", `/webhook_endpoint/${id}/`, { url: "https://10.0.0.1/" })).status).toBe(
      400,
    );
    await happen(setup);
    await setup.api.deps.db.update(webhookEndpoint).set({ url: "https://10.0.0.1/" });
    expect(await drive(setup, id)).toEqual([]);
    expect((await rowsOf(setup, id))[0]?.error).toMatch(/public internet/);
  });

  it("belongs to its project: nobody else sees, tests, replays or reads it, and no answer has its secret", async () => {
    const setup = await setUp();
    const { id } = await endpointOf(setup);
    await happen(setup);
    const [call] = await rowsOf(setup, id);
    const bob = await join(setup.api);
    const answers = await Promise.all([
      bob.call("GET", `/webhook_endpoint/${id}/`),
      bob.call("PATCH", `/webhook_endpoint/${id}/`, { is_enabled: false }),
      bob.call("DELETE", `/webhook_endpoint/${id}/`),
      ...["secret", "test", "replay"].map((what) => bob.call("POST", `/webhook_endpoint/${id}/${what}/`)),
      bob.call("GET", `/webhook_call/${call?.id}/`),
      bob.call("POST", `/webhook_call/${call?.id}/replay/`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    const theirs = await bob.call("POST", "/webhook_endpoint/", {
      project: setup.projectId,
      url: URL_OF_ANN,
    });
    expect(theirs.status).toBe(400);
    const { secret } = await stateOf(setup, id);
    expect(JSON.stringify(await (await setup.ann.call("GET", "/webhook_endpoint/")).json())).not.toContain(
      secret,
    );
  });

  it("does not wait behind all endpoints of another account", async () => {
    const [busy, quiet] = [await setUp(), await setUp()];
    for (let n = 0; n < 8; n++) await endpointOf(busy);
    const { id } = await endpointOf(quiet);
    await happen(busy);
    await happen(quiet);
    await driveEndpoints({ ...quiet.api.deps, ...quiet.api.deps.outbound });
    expect((await rowsOf(quiet, id)).map(({ status }) => status)).toEqual(["DELIVERED"]);
  });
});
