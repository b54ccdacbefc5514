import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { retrainingScheduleResponse } from "#contract/retraining.ts";
import {
  retrainingFailedEvent,
  WEBHOOK_HEADERS,
  webhookDeliveryResponse,
  webhookSecretResponse,
} from "#contract/webhook.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { GIVE_UP_MS, MAX_ATTEMPTS } from "#services/webhooks/delivery-policy.ts";
import { CALLS_PER_TURN, SENDING_MS } from "#services/webhooks/drive-endpoints.ts";
import { driveSchedule, driveSchedules } from "#services/webhooks/drive-schedules.ts";
import { signature } from "#services/webhooks/signing.ts";
import { bodyOf, join, readAs } from "../../../runtime/api.ts";
import {
  endTraining,
  hourly,
  onlyModelId,
  runsOf,
  type Setup,
  setUp,
  trigger,
} from "../../../runtime/retraining.ts";

const URL_OF_ANN = "https://hooks.example.com/edgewise";

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

/** The effects of sending, with an address that answers as configured, and the calls that it gets. */
function outward({ api }: Setup, answer: () => Promise<Response>) {
  const calls: Call[] = [];
  const fetch = (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return answer();
  };
  return { calls, deps: { ...api.deps, ...api.deps.outbound, fetch } };
}

/** The cron's work. */
async function send(setup: Setup, answer: () => Promise<Response>): Promise<Call[]> {
  const { calls, deps } = outward(setup, answer);
  await driveSchedules(deps);
  return calls;
}

/** A ring of the schedule's alarm. */
async function drive(setup: Setup, id: number, answer: () => Promise<Response>): Promise<Call[]> {
  const { calls, deps } = outward(setup, answer);
  await driveSchedule(deps, id);
  return calls;
}

const ok = async () => new Response("thanks");

/** A schedule with a finally failed run. */
async function failedRun(setup: Setup, fields: object = { webhook_url: URL_OF_ANN }) {
  const schedule = await hourly(setup, { max_retries: 0, ...fields });
  await trigger(setup, schedule);
  await endTraining(setup, await onlyModelId(setup), "the kernel gave up");
  return schedule;
}

async function deliveriesOf({ ann }: Setup, schedule: { id: number }) {
  const response = await ann.call("GET", `/webhook_delivery/?schedule=${schedule.id}`);
  return (await readAs(pageOf(webhookDeliveryResponse), response)).results;
}

/** Directly in the database: after four hours no session is left. */
function deliveryRows({ api }: Setup, schedule: { id: number }) {
  return api.deps.db.select().from(webhookDelivery).where(eq(webhookDelivery.scheduleId, schedule.id));
}

describe("a webhook of a schedule", () => {
  it("is called once when a run has failed, signed, with what happened", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    const secretPath = `/retraining_schedule/${schedule.id}/webhook_secret/`;
    const { secret } = await readAs(webhookSecretResponse, await setup.ann.call("POST", secretPath));
    const [call, ...others] = await send(setup, ok);
    expect(others).toEqual([]);
    expect([call?.url, call?.init.method, call?.init.redirect]).toEqual([URL_OF_ANN, "POST", "manual"]);
    const body = String(call?.init.body);
    const [run] = await runsOf(setup, schedule);
    expect(retrainingFailedEvent.parse(JSON.parse(body))).toMatchObject({
      project: setup.projectId,
      schedule: schedule.id,
      run: run?.id,
      error: "Tuning or training task failed: the kernel gave up",
      attempts: 1,
    });
    const headers = new Headers(call?.init.headers);
    const timestamp = headers.get(WEBHOOK_HEADERS.timestamp) ?? "";
    expect(Number(timestamp)).toBe(Math.floor(setup.api.deps.clock() / 1000));
    expect(headers.get(WEBHOOK_HEADERS.signature)).toBe(
      `sha256=${await signature(secret, `${timestamp}.${body}`)}`,
    );
    expect(await send(setup, ok)).toEqual([]);
    expect((await deliveriesOf(setup, schedule))[0]).toMatchObject({
      status: "DELIVERED",
      attempts: 1,
      response_status: 200,
      next_attempt_at: null,
    });
  });

  it("does not wait behind all due calls of another owner", async () => {
    const [busy, quiet] = [await setUp(), await setUp()];
    const schedules = [await failedRun(busy), await failedRun(quiet)];
    const [row] = await deliveryRows(busy, schedules[0] ?? { id: 0 });
    if (!row) throw new Error("nothing is due");
    // All of them are due before the other owner's only call.
    const { id: _id, ...values } = row;
    const { db } = busy.api.deps;
    for (let n = 1; n <= 2 * CALLS_PER_TURN; n++) {
      const { projectId, scheduleId, createdAt, updatedAt } = values;
      const failed = { status: "FAILED", trigger: "CRON", dueAt: n, createdAt, updatedAt } as const;
      const [run] = await db
        .insert(retrainingRun)
        .values({ projectId, scheduleId, ...failed })
        .returning();
      await db.insert(webhookDelivery).values({ ...values, runId: run?.id ?? 0, nextAttemptAt: n });
    }
    const sent = await send(quiet, ok);
    expect(await deliveriesOf(quiet, schedules[1] ?? { id: 0 })).toMatchObject([{ status: "DELIVERED" }]);
    const first = await db.select().from(webhookDelivery).where(eq(webhookDelivery.status, "DELIVERED"));
    const busyCount = first.filter(({ projectId }) => projectId === busy.projectId).length;
    expect([busyCount, sent.length]).toEqual([CALLS_PER_TURN, CALLS_PER_TURN + 1]);
    // The rest is sent in the following minutes.
    for (let minute = 0; minute < 2; minute++) await send(busy, ok);
    const open = await db.select().from(webhookDelivery).where(eq(webhookDelivery.projectId, busy.projectId));
    expect(open.every(({ status }) => status === "DELIVERED")).toBe(true);
  });

  it("signs by HMAC-SHA256, as RFC 4231 does", async () => {
    // RFC 4231, test case 2.
    expect(await signature("Jefe", "what do ya want for nothing?")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("is tried again with longer and longer waits, then given up", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    const answers = [
      async () => new Response(null, { status: 500 }),
      async () => new Response(null, { status: 302, headers: { location: "https://10.0.0.1/" } }),
      () => Promise.reject(new TypeError("refused: 10.0.0.1")),
    ];
    const waits: number[] = [];
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const answer = answers[attempt % 3] ?? ok;
      expect(await send(setup, answer)).toHaveLength(1);
      const [row] = await deliveryRows(setup, schedule);
      if (row?.nextAttemptAt == null) break;
      const wait = row.nextAttemptAt - setup.api.deps.clock();
      waits.push(wait);
      setup.api.advance(wait - 1);
      expect(await send(setup, ok)).toHaveLength(0);
      setup.api.advance(1);
    }
    const fulls = waits.map((_, failures) => Math.min(30_000 * 2 ** failures, 3_600_000));
    expect(waits.filter((wait, at) => wait < (fulls[at] ?? 0) / 2 || wait > (fulls[at] ?? 0))).toEqual([]);
    expect(await deliveryRows(setup, schedule)).toMatchObject([
      { status: "FAILED", attempts: MAX_ATTEMPTS, nextAttemptAt: null },
    ]);
  });

  it("is woken at once, when its wait is over, and at the end of the lease of a Worker that was killed", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    const { api } = setup;
    const wakes = () =>
      api.calls.filter(([name]) => name === "wakeAddress").map(([, address, at]) => [address, at]);
    const address = { kind: "schedule", id: schedule.id };
    expect(wakes()).toEqual([[address, api.deps.clock()]]);
    await send(setup, async () => new Response(null, { status: 503, headers: { "Retry-After": "7200" } }));
    expect(wakes().slice(1)).toEqual([[address, api.deps.clock() + 7_200_000]]);
    api.advance(7_200_000);
    const leaseUntil = api.deps.clock() + SENDING_MS;
    await api.deps.db.update(webhookDelivery).set({ leaseUntil });
    await drive(setup, schedule.id, ok);
    expect(wakes().slice(2)).toEqual([[address, leaseUntil]]);
    api.advance(SENDING_MS);
    await drive(setup, schedule.id, ok);
    expect(await deliveryRows(setup, schedule)).toMatchObject([{ status: "DELIVERED", attempts: 2 }]);
    expect(wakes()).toHaveLength(3);
  });

  it("gets the calls of its runs in their order, and gives one up after a day", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    const { api } = setup;
    await drive(setup, schedule.id, async () => new Response(null, { status: 500 }));
    // Another run: one of the same instant would be the same.
    api.advance(1);
    await trigger(setup, schedule);
    await endTraining(setup, await onlyModelId(setup), "again");
    const [first, second] = await deliveryRows(setup, schedule);
    expect(await drive(setup, schedule.id, ok)).toEqual([]);
    api.advance(GIVE_UP_MS);
    const broken = async () => new Response(null, { status: 500 });
    const sent = await drive(setup, schedule.id, broken);
    expect(sent.map(({ init }) => init.body)).toEqual([first?.body, second?.body]);
    expect(await deliveryRows(setup, schedule)).toMatchObject([{ status: "FAILED" }, { status: "FAILED" }]);
  });

  it("contains no internal detail of a failure", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    await send(setup, () => Promise.reject(new TypeError("connect ECONNREFUSED 10.0.0.1:443")));
    const [row] = await deliveriesOf(setup, schedule);
    expect(row).toMatchObject({ status: "PENDING", error: "The address could not be reached." });
  });

  it("never goes to a private address, neither when it is stored nor when it is called", async () => {
    const setup = await setUp();
    const body = { project: setup.projectId, webhook_url: "https://169.254.169.254/latest" };
    const refused = await setup.ann.call("POST", "/retraining_schedule/", body);
    expect([refused.status, await bodyOf(refused)]).toEqual([
      400,
      { webhook_url: ["This address is not on the public internet."] },
    ]);
    const schedule = await failedRun(setup);
    const patch = { webhook_url: "http://localhost/" };
    expect((await setup.ann.call("PATCH", `/retraining_schedule/${schedule.id}/`, patch)).status).toBe(400);
    const { db } = setup.api.deps;
    await db.update(webhookDelivery).set({ url: "https://10.0.0.1/" });
    expect(await send(setup, ok)).toEqual([]);
    expect((await deliveriesOf(setup, schedule))[0]?.error).toMatch(/public internet/);
  });

  it.each([{}, { webhook_url: URL_OF_ANN, notify_on_failure: false }])(
    "is not called for %j",
    async (fields) => {
      const setup = await setUp();
      const schedule = await failedRun(setup, fields);
      expect((await runsOf(setup, schedule))[0]?.status).toBe("FAILED");
      expect(await deliveriesOf(setup, schedule)).toEqual([]);
    },
  );

  it("is not called for a run that will be tried again", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup, { webhook_url: URL_OF_ANN, max_retries: 1 });
    expect(await deliveriesOf(setup, schedule)).toEqual([]);
  });

  it("has a secret that is shown once, and to its owner alone", async () => {
    const setup = await setUp();
    const schedule = await failedRun(setup);
    const bob = await join(setup.api);
    const path = `/retraining_schedule/${schedule.id}/`;
    expect((await bob.call("POST", `${path}webhook_secret/`)).status).toBe(404);
    const rotate = async () =>
      (await readAs(webhookSecretResponse, await setup.ann.call("POST", `${path}webhook_secret/`))).secret;
    const first = await rotate();
    expect(await rotate()).not.toBe(first);
    const shown = await readAs(retrainingScheduleResponse, await setup.ann.call("GET", path));
    expect(JSON.stringify(shown)).not.toContain(first);
    const [delivery] = await deliveriesOf(setup, schedule);
    expect((await bob.call("GET", `/webhook_delivery/${delivery?.id}/`)).status).toBe(404);
    const [row] = await setup.api.deps.db
      .select()
      .from(retrainingSchedule)
      .where(eq(retrainingSchedule.id, schedule.id));
    expect(row?.webhookSecret).toMatch(/^[0-9a-f]{64}$/);
  });
});
