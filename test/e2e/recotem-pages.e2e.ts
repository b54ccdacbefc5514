/** The calls of Recotem's Deployments and A/B pages, in their order and with their bodies, against a real stack. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { tasteCsv } from "./study-world.ts";

interface Slot {
  readonly id: number;
  readonly name: string;
  readonly trained_model: number;
  readonly weight: number;
  readonly is_active: boolean;
}
interface AbTest {
  readonly id: number;
  readonly status: string;
  readonly started_at: string | null;
  readonly winner_slot: number | null;
}
interface Page<Row> {
  readonly count: number;
  readonly results: readonly Row[];
}

const RUN_TIMEOUT_MS = 480_000;
let stack: TestStack;
let world: World;
let project: number;
let models: number[];
let session: Record<string, string>;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0 });
  world = await createWorld(stack.url);
  project = world.project.id;
  session = await world.session();
  const data = await world.upload(tasteCsv(60, 40, 8));
  models = [];
  for (const recommender_class_name of ["TopPopRecommender", "CosineKNNRecommender"]) {
    const body = { project, name: recommender_class_name, recommender_class_name, parameters_json: {} };
    const configuration = await world.client.post<{ id: number }>("model_configuration/", body);
    const training = { configuration: configuration.id, data_loc: data.id };
    models.push((await world.client.post<{ id: number }>("trained_model/", training)).id);
  }
  for (const id of models) expect(await world.modelEnd(id)).toMatchObject({ status: "READY" });
}, RUN_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function call<Body>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${stack.url}/api/v1/${path}`, {
    method,
    headers: { ...session, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === "" ? null : JSON.parse(text)) as Body };
}

const slots = async () => (await call<Page<Slot>>("GET", `deployment_slot/?project=${project}`)).body.results;

async function addSlot(name: string, model: number | undefined): Promise<Slot> {
  const body = { project, name, trained_model: model, weight: 50, is_active: true };
  const { status, body: slot } = await call<Slot>("POST", "deployment_slot/", body);
  expect([status, slot]).toMatchObject([201, { name, weight: 50, is_active: true }]);
  return slot;
}

/** The slots that answer a hundred people. */
async function answeringSlots(): Promise<Set<number>> {
  const key = await world.predictKey();
  const ask = async (user: number) => {
    const answer = await fetch(`${stack.url}/inference/predict/project/${project}`, {
      method: "POST",
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      body: JSON.stringify({ user_id: `u${user}`, cutoff: 3 }),
    });
    return ((await answer.json()) as { slot_id: number }).slot_id;
  };
  return new Set(await Promise.all(Array.from({ length: 100 }, (_, user) => ask(user))));
}

it("lists every resource of the pages at its root", async () => {
  const { body: root } = await call<Record<string, string>>("GET", "");
  for (const name of ["deployment_slot", "ab_test", "conversion_event"]) {
    const answer = await fetch(root[name] ?? "", { headers: session });
    expect([name, answer.status]).toEqual([name, 200]);
  }
});

it(
  "makes, weighs, switches and deletes slots as the Deployments page does",
  async () => {
    const [first, second] = [await addSlot("one", models[0]), await addSlot("two", models[1])];
    for (const other of await slots())
      if (![first.id, second.id].includes(other.id)) await call("DELETE", `deployment_slot/${other.id}/`);
    expect((await slots()).map(({ name }) => name).sort()).toEqual(["one", "two"]);
    const weighed = await call<Slot>("PATCH", `deployment_slot/${first.id}/`, { weight: 30 });
    expect(weighed).toMatchObject({ status: 200, body: { weight: 30, is_active: true } });
    const off = await call<Slot>("PATCH", `deployment_slot/${first.id}/`, { is_active: false });
    expect(off).toMatchObject({ status: 200, body: { weight: 30, is_active: false } });
    await expect.poll(answeringSlots, { timeout: 60_000 }).toEqual(new Set([second.id]));
    await call("PATCH", `deployment_slot/${first.id}/`, { is_active: true });
    await expect.poll(answeringSlots, { timeout: 60_000 }).toEqual(new Set([first.id, second.id]));
    for (const weight of [-1, 101])
      expect((await call("PATCH", `deployment_slot/${first.id}/`, { weight })).status).toBe(400);
    const third = await addSlot("three", models[0]);
    expect((await call("DELETE", `deployment_slot/${third.id}/`)).status).toBe(204);
    expect((await slots()).length).toBe(2);
  },
  RUN_TIMEOUT_MS,
);

it(
  "makes, starts, reads, stops and decides a test as the A/B pages do",
  async () => {
    const [one, two] = (await slots()).toSorted((a, b) => a.name.localeCompare(b.name));
    if (!one || !two) throw new Error("the slots are missing");
    const body = {
      ...{ project, name: "one against two", control_slot: one.id, variant_slot: two.id },
      ...{ target_metric_name: "ctr", min_sample_size: 100, confidence_level: 0.95 },
    };
    const made = await call<AbTest>("POST", "ab_test/", body);
    expect(made).toMatchObject({ status: 201, body: { status: "DRAFT", started_at: null } });
    const at = `ab_test/${made.body.id}/`;
    expect((await call("POST", `${at}stop/`)).status).toBe(400);
    expect(await call("POST", `${at}start/`)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
    const events = [one, two].flatMap((slot, which) =>
      Array.from({ length: 100 }, (_, user) => `${slot.id} ${user}`).flatMap((user_id, number) => {
        const own = { project, deployment_slot: slot.id, user_id, item_id: "i1" };
        const request = { recommendation_request_id: crypto.randomUUID() };
        const shown = { ...own, ...request, event_type: "impression" };
        return number < (which === 0 ? 10 : 30)
          ? [shown, { ...own, ...request, event_type: "click" }]
          : [shown];
      }),
    );
    expect(await call("POST", "conversion_event/batch/", { events })).toMatchObject({
      status: 201,
      body: { created: 240 },
    });
    expect(await call("GET", `${at}results/`)).toMatchObject({
      status: 200,
      body: {
        ...{ control_impressions: 100, control_conversions: 10, control_rate: 0.1 },
        ...{ variant_impressions: 100, variant_conversions: 30, variant_rate: 0.3 },
        // The pooled share is .2: z = .2 / sqrt(.16 · 2/100).
        ...{ z_score: 3.5355, significant: true, lift: 200, sufficient_data: true },
      },
    });
    const early = await call("POST", `${at}promote_winner/`, { slot_id: two.id });
    expect(early.status).toBe(400);
    expect(await call("POST", `${at}stop/`)).toMatchObject({ status: 200, body: { status: "COMPLETED" } });
    expect(await call("POST", `${at}promote_winner/`, { slot_id: two.id })).toMatchObject({
      status: 200,
      body: { status: "promoted", winner_slot_id: two.id },
    });
    expect((await call<AbTest>("GET", at)).body.winner_slot).toBe(two.id);
    const after = new Map((await slots()).map((slot) => [slot.id, slot]));
    expect([after.get(one.id)?.is_active, after.get(two.id)?.weight]).toEqual([false, 100]);
    expect((await call<Page<AbTest>>("GET", `ab_test/?project=${project}&status=COMPLETED`)).body.count).toBe(
      1,
    );
  },
  RUN_TIMEOUT_MS,
);
