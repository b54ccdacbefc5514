import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/engine-error.ts";
import { advanceLeasedJob, type LeasedJob, type LeasedJobEvent } from "#jobs/leased-job.ts";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import { workOnJob } from "#trainer/work/leased-work.ts";
import { createWork } from "#trainer/work/work.ts";

/** A job in this process, and a store. */
function world() {
  const stored = new Set<string>();
  let job: LeasedJob<string, string> | null = null;
  let now = 0;
  const tell = (event: LeasedJobEvent<string, string>) => {
    const step = advanceLeasedJob(job, event, now);
    if (step) job = step.state;
    return step?.reply ?? ({ type: "nothing" } as const);
  };
  tell({ type: "start", spec: "model" });
  const deps = {
    files: {
      delete: async (keys: string[]) => {
        for (const key of keys) stored.delete(key);
      },
    },
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => now, pause: async () => undefined, renew }),
  };
  const attempt = (meanwhile: () => void, error?: Error) =>
    workOnJob<string, string>(
      deps as unknown as Parameters<typeof workOnJob>[0],
      { handle: async (event) => tell(event) },
      { isFinal: (cause) => cause instanceof EngineError, writes: ({ spec }) => [spec] },
      async ({ spec }, work) => {
        stored.add(spec);
        meanwhile();
        for (let step = 0; step < 64; step++) await work.breathe();
        if (error) throw error;
        return { type: "complete", result: "r" };
      },
    );
  return {
    stored,
    tell,
    attempt,
    forget: () => {
      job = null;
    },
    wait: (ms: number) => {
      now += ms;
    },
    current: () => job,
  };
}

describe("a worker", () => {
  it("leaves what it wrote for a job that took it", async () => {
    const { stored, attempt, current } = world();
    await attempt(() => undefined);
    expect([...stored]).toEqual(["model"]);
    expect(current()?.task.phase).toBe("done");
  });

  it("deletes what it wrote for a job that was deleted meanwhile, told at the end or on the way", async () => {
    for (const ms of [0, LEASE_TTL_MS]) {
      const { stored, attempt, forget, wait } = world();
      await attempt(() => {
        forget();
        wait(ms);
      });
      expect([...stored]).toEqual([]);
    }
  });

  it("deletes what it wrote before an error that ends the job, and keeps it for the next attempt otherwise", async () => {
    const refused = world();
    await refused.attempt(() => undefined, new EngineError("BAD_PARAMETER", "no"));
    expect([...refused.stored]).toEqual([]);
    const again = world();
    await again.attempt(() => undefined, new Error("storage is out of order"));
    expect([...again.stored]).toEqual(["model"]);
  });

  it("keeps what it wrote if another worker has the work and writes the same", async () => {
    const { stored, attempt, tell, wait } = world();
    await attempt(() => {
      wait(LEASE_TTL_MS);
      tell({ type: "alarm" });
      tell({ type: "claim" });
    });
    expect([...stored]).toEqual(["model"]);
  });
});
