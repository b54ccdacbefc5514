/** What comes next, through the whole stack: a study over the sequence family, its model live, and lists that follow each event. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import { createRandom } from "#engine/random.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";

const TEST_TIMEOUT_MS = 600_000;
const ITEMS = 40;
let stack: TestStack;
let world: World;
let key: string;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0 });
  world = await createWorld(stack.url);
  const body = { project: world.project.id, name: "shop", scopes: ["events", "predict"] };
  key = (await world.client.post<ApiKeyCreatedResponse>("api_keys/", body)).key;
}, TEST_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

/** Everybody walks around a ring, one item a day, now and then anywhere else. */
function walks(): string {
  const random = createRandom(5);
  const rows = ["user,item,at"];
  for (let user = 0; user < 150; user++) {
    let item = Math.floor(ITEMS * random.next());
    for (let day = 0; day < 10; day++) {
      rows.push(`u${user},i${item},${1_700_000_000 + 86_400 * day}`);
      item = random.next() < 0.1 ? Math.floor(ITEMS * random.next()) : (item + 1) % ITEMS;
    }
  }
  return rows.join("\n");
}

async function call<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${stack.url}${path}`, {
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    ...{ method: "POST", body: JSON.stringify(body) },
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as T;
}

const first = async (body: object) =>
  (await call<RecommendResponse>("/v1/recommend", { limit: 1, ...body })).items[0]?.item_id;

it(
  "finds the sequence family, serves its model, and follows a session and live events",
  async () => {
    const data = await world.upload(walks());
    const { id } = await world.startTuning(data.id, {
      n_trials: 6,
      tried_algorithms_json: ["SequenceRules", "SessionKNN", "IALS"],
      train_after_tuning: true,
    });
    const job = await world.jobEnd(id);
    expect(job.status).toBe("COMPLETED");
    const trials = await world.trials(id);
    const best = (name: string) =>
      Math.max(...trials.filter(({ algorithm }) => algorithm === name).map(({ value }) => value ?? 0));
    expect(best("SequenceRules")).toBeGreaterThan(best("IALS"));
    await waitFor(
      () => first({ session: [{ item_id: "i3" }] }),
      (item) => item === "i4",
    );
    const session = (...items: string[]) => first({ session: items.map((item_id) => ({ item_id })) });
    expect([await session("i3", "i20"), await session("i20", "i3")]).toEqual(["i21", "i4"]);
    for (const place of [7, 25, 33]) {
      await call("/v1/events", { type: "view", user_id: "visitor", item_id: `i${place}` });
      expect(await first({ user_id: "visitor" })).toBe(`i${place + 1}`);
    }
  },
  TEST_TIMEOUT_MS,
);
