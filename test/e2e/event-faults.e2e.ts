/** Events sent while the stack is killed: none is lost, none counts twice. `test/bench/million-events.ts` does it with more. */
import { expect, it } from "vitest";
import { runEventFaults } from "./event-fault-run.ts";

const TEST_TIMEOUT_MS = 300_000;

it(
  "stores each event once, whatever kills the stack and while its shards move",
  async () => {
    const run = { events: 10_000, kills: 4, seed: 5, batch: 50, growAt: 1, say: () => undefined };
    const { retries, segments, seconds, ...off } = await runEventFaults(run);
    expect(retries).toBeGreaterThan(0);
    expect(segments).toBeGreaterThanOrEqual(16);
    expect(seconds).toBeGreaterThan(0);
    expect(Object.entries(off).filter(([, count]) => count !== 0)).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);
