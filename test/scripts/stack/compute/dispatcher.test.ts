import { describe, expect, it } from "vitest";
import { deliver, dispatcher } from "#scripts/stack/compute/dispatcher.ts";

const MESSAGE = { queue: "trials", body: { v: 1, kind: "trial", jobId: 1, trial: 0 } };

function world(statuses: readonly number[]) {
  const sent: unknown[] = [];
  const letters: unknown[] = [];
  const answers = [...statuses];
  const env = {
    COMPUTE_TOKEN: "token",
    COMPUTE_ATTEMPTS: { trials: 3 },
    COMPUTE_POOL: {
      async fetch(_url: string, { body, headers }: RequestInit) {
        sent.push({ ...JSON.parse(body as string), token: new Headers(headers).get("x-edgewise-compute") });
        const status = answers.shift() ?? 204;
        return new Response(status === 204 ? null : `reason ${sent.length}`, { status });
      },
    },
    DEAD_LETTERS: { send: async (body: unknown) => void letters.push(body) },
  };
  return { env, sent, letters };
}

describe("deliver", () => {
  it("gives a message to the pool with the token, once if its work ends", async () => {
    const { env, sent, letters } = world([204]);
    await deliver(env, MESSAGE);
    expect(sent).toEqual([{ ...MESSAGE, token: "token" }]);
    expect(letters).toEqual([]);
  });

  it("tries a message again when its process has died", async () => {
    const { env, sent, letters } = world([500, 500, 204]);
    await deliver(env, MESSAGE);
    expect(sent).toHaveLength(3);
    expect(letters).toEqual([]);
  });

  it("makes a dead letter, with the last reason, of a message that failed as often as its queue allows", async () => {
    const { env, sent, letters } = world([500, 500, 500, 204]);
    await deliver(env, MESSAGE);
    expect(sent).toHaveLength(3);
    expect(letters).toEqual([{ ...MESSAGE, problem: "reason 3" }]);
  });
});

describe("dispatcher", () => {
  it("lets the queue go on while the work goes on", async () => {
    const { env, sent } = world([]);
    const works: Promise<unknown>[] = [];
    let acknowledged = 0;
    const message = { body: MESSAGE.body, ack: () => acknowledged++ };
    const context = { waitUntil: (work: Promise<unknown>) => works.push(work) };
    await dispatcher.queue({ queue: "trials", messages: [message] }, env, context);
    expect([acknowledged, works.length]).toEqual([1, 1]);
    await Promise.all(works);
    expect(sent).toHaveLength(1);
  });
});
