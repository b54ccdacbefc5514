import { describe, expect, it } from "vitest";
import { LEASE_RENEWAL_MS } from "#jobs/leased-task.ts";
import { ClaimLost, createWork } from "#trainer/work/work.ts";

function world(keepOn = true) {
  const calls: string[] = [];
  let now = 0;
  const work = createWork({
    now: () => now,
    pause: async () => {
      calls.push("pause");
    },
    renew: async (progress) => {
      calls.push(`renew ${progress}`);
      return keepOn;
    },
  });
  return {
    work,
    calls,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("createWork", () => {
  it("does not pause between steps that are short", async () => {
    const { work, calls, pass } = world();
    for (let step = 0; step < 4; step++) {
      pass(1);
      await work.breathe();
    }
    expect(calls).toEqual([]);
  });

  it("pauses once the thread was held for a while", async () => {
    const { work, calls, pass } = world();
    pass(30);
    await work.breathe();
    await work.breathe();
    expect(calls).toEqual(["pause"]);
  });

  it("holds the thread for longer the longer it is alone, up to a limit, and briefly again once others ran", async () => {
    let now = 0;
    let pauseMs = 1;
    let resumedAt = 0;
    let stretches: number[] = [];
    const pause = async () => {
      stretches.push(now - resumedAt);
      now += pauseMs;
      resumedAt = now;
    };
    const work = createWork({ now: () => now, pause, renew: async () => true });
    const workFor = async (ms: number) => {
      stretches = [];
      for (const until = now + ms; now < until; now++) await work.breathe();
      return stretches;
    };
    expect((await workFor(60)).slice(0, 5)).toEqual([5, 6, 7, 8, 9]);
    expect((await workFor(2_000)).at(-1)).toBe(20);
    pauseMs = 4;
    const [, ...amongOthers] = await workFor(100);
    expect(new Set(amongOthers)).toEqual(new Set([5]));
    pauseMs = 1;
    expect((await workFor(40)).slice(0, 4)).toEqual([5, 6, 7, 8]);
  });

  it("pauses now and then where the clock stands still while code runs", async () => {
    const { work, calls } = world();
    for (let step = 0; step < 128; step++) await work.breathe();
    expect(calls).toEqual(["pause", "pause"]);
  });

  it("renews its claim in time, with its progress", async () => {
    const { work, calls, pass } = world();
    pass(LEASE_RENEWAL_MS);
    await work.breathe(0.5);
    pass(30);
    await work.breathe(0.6);
    expect(calls).toEqual(["pause", "renew 0.5", "pause"]);
  });

  it("stops when its claim is void", async () => {
    const { work, pass } = world(false);
    pass(LEASE_RENEWAL_MS);
    await expect(work.breathe()).rejects.toBeInstanceOf(ClaimLost);
  });

  it("renews its claim while something waits that never breathes, even if the job is not heard once", async () => {
    let now = 0;
    let calls = 0;
    let end = () => {};
    const ended = new Promise<string>((done) => {
      end = () => done("stored");
    });
    const wait = async (ms: number) => {
      now += ms;
    };
    const renew = async () => {
      if (++calls === 2) throw new Error("The job cannot be reached.");
      if (calls === 4) end();
      return true;
    };
    const work = createWork({ now: () => now, pause: async () => undefined, renew, wait });
    expect(await work.keepAlive(() => ended)).toBe("stored");
    expect(now).toBeLessThanOrEqual(5 * LEASE_RENEWAL_MS);
    await work.breathe();
  });

  it("stops at the next breath after its claim was void while it waited", async () => {
    let now = 0;
    let tell = () => {};
    const told = new Promise<void>((done) => {
      tell = done;
    });
    const wait = async (ms: number) => {
      now += ms;
    };
    const renew = async () => {
      tell();
      return false;
    };
    const work = createWork({ now: () => now, pause: async () => undefined, renew, wait });
    const run = async () => {
      await told;
      now += 30;
      await work.breathe();
    };
    await expect(work.keepAlive(run)).rejects.toBeInstanceOf(ClaimLost);
  });
});
