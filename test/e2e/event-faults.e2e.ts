/** Events sent while the stack is killed: none is lost, none counts twice. Compared with the sender's own ledger. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { EventsResponse } from "#contract/event.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";

const START_TIMEOUT_MS = 90_000;
const TEST_TIMEOUT_MS = 280_000;
const KILLS = 4;
const BATCHES = 200;
const BATCH = 50;
const USERS = 40;
const SENDERS = 8;

let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startTestStack({ settings: {} });
  world = await createWorld(stack.url);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function restart(): Promise<void> {
  await stack.kill();
  const { stateDir, port } = stack;
  stack = await startTestStack({ settings: {}, stateDir, port });
}

it(
  "stores each event once, whatever kills the stack",
  async () => {
    const { key } = await world.client.post<ApiKeyCreatedResponse>("api_keys/", {
      project: world.project.id,
      name: "sender",
      scopes: ["events"],
    });
    const ledger = new Map<string, number>();
    let sent = 0;
    let retries = 0;
    const send = async (batch: number): Promise<void> => {
      const events = Array.from({ length: BATCH }, (_, n) => ({
        type: "view",
        user_id: `u${(batch * BATCH + n) % USERS}`,
        item_id: `i${(batch * 7 + n) % 100}`,
        event_id: `${batch}-${n}`,
      }));
      for (;;) {
        const answer = await fetch(`${stack.url}/v1/events`, {
          method: "POST",
          headers: { "X-API-Key": key, "Content-Type": "application/json" },
          body: JSON.stringify(events),
        })
          .then(async (response) => {
            // A stack that is up answers: a kill shows as no answer, or as one that is cut off.
            expect(response.status).toBe(200);
            return (await response.json()) as EventsResponse;
          })
          .catch((error: unknown) => {
            if (error instanceof TypeError) return null;
            throw error;
          });
        if (answer) {
          expect(answer.accepted + answer.duplicates).toBe(BATCH);
          break;
        }
        retries++;
        await waitFor(
          async () => (await fetch(`${stack.url}/inference/health`).catch(() => null))?.ok === true,
          (isUp) => isUp,
        );
      }
      for (const { user_id, item_id } of events) {
        const pair = `${user_id}/${item_id}`;
        ledger.set(pair, (ledger.get(pair) ?? 0) + 1);
      }
      sent += BATCH;
    };
    let next = 0;
    const sender = async () => {
      while (next < BATCHES) await send(next++);
    };
    const senders = Promise.all(Array.from({ length: SENDERS }, sender));
    for (let kill = 1; kill <= KILLS; kill++) {
      const goal = (kill * BATCHES * BATCH) / (KILLS + 1);
      await waitFor(
        async () => sent,
        (count) => count >= goal,
      );
      // Half of the kills come while segments are being written.
      if (kill % 2 === 0)
        void world.client.post(`project/${world.project.id}/event_data/`, {}).catch(() => null);
      await restart();
    }
    await senders;
    expect(retries).toBeGreaterThan(0);
    const made = await world.client.post<TrainingDataResponse>(`project/${world.project.id}/event_data/`, {});
    const data = await waitFor(
      () => world.client.get<TrainingDataResponse>(`training_data/${made.id}/`),
      ({ status }) => status === "READY" || status === "FAILED",
    );
    expect(data.error).toBeNull();
    expect(data.report).toMatchObject({
      accepted_rows: BATCHES * BATCH,
      rejected_rows: 0,
      users: USERS,
      interactions: ledger.size,
    });
    const file = await fetch(`${stack.url}/api/v1/training_data/${made.id}/download_file/`, {
      headers: await world.session(),
    });
    const stored = new Map<string, number>();
    for (const line of (await file.text()).split("\n").filter(Boolean)) {
      const { user_id, item_id } = JSON.parse(line) as { user_id: string; item_id: string };
      const pair = `${user_id}/${item_id}`;
      stored.set(pair, (stored.get(pair) ?? 0) + 1);
    }
    expect(stored).toEqual(ledger);
  },
  TEST_TIMEOUT_MS,
);
