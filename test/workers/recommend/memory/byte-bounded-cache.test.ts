import { describe, expect, it } from "vitest";
import { createByteBoundedCache, LOST_LOAD_MS, Overloaded } from "#recommend/memory/byte-bounded-cache.ts";
import { rememberFor } from "#recommend/memory/short-lived.ts";

const effects = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
  keep: () => undefined,
};
const never = new Promise<never>(() => undefined);

describe("createByteBoundedCache", () => {
  const loader = (bytes: number, calls: string[], name: string) => async () => ({
    bytes,
    load: async () => {
      calls.push(name);
      return name;
    },
  });

  it("loads once for many callers at the same time", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, effects);
    const calls: string[] = [];
    const load = loader(10, calls, "a");
    expect(await Promise.all([cache.get("a", load), cache.get("a", load)])).toEqual(["a", "a"]);
    await cache.get("a", load);
    expect(calls).toEqual(["a"]);
  });

  it("drops the longest unused entry once the bytes do not fit", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, effects);
    const calls: string[] = [];
    await cache.get("a", loader(40, calls, "a"));
    await cache.get("b", loader(40, calls, "b"));
    await cache.get("a", loader(40, calls, "a"));
    await cache.get("c", loader(40, calls, "c"));
    expect(cache.keys()).toEqual(["a", "c"]);
  });

  it("serves a value larger than itself, and drops it for the next", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, effects);
    const calls: string[] = [];
    expect(await cache.get("huge", loader(500, calls, "huge"))).toBe("huge");
    expect(await cache.get("huge", loader(500, calls, "again"))).toBe("huge");
    expect([calls, cache.keys()]).toEqual([["huge"], ["huge"]]);
    await cache.get("a", loader(10, calls, "a"));
    expect(cache.keys()).toEqual(["a"]);
  });

  it("keeps a value while another takes its place, if the peak allows that, and then the newer one", async () => {
    for (const [peakBytes, during] of [
      [100, []],
      [120, ["old"]],
    ] as const) {
      const cache = createByteBoundedCache<string>({ maxBytes: 100, peakBytes }, effects);
      await cache.get("old", loader(60, [], "old"));
      let kept: string[] = [];
      const load = async () => {
        kept = cache.keys();
        return "new";
      };
      await cache.get("new", async () => ({ bytes: 60, load }));
      expect([kept, cache.keys()]).toEqual([during, ["new"]]);
    }
  });

  it("counts a loaded value by what it keeps", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100, peakBytes: 200 }, effects);
    for (const name of ["a", "b", "c"]) {
      await cache.get(name, async () => ({ ...(await loader(60, [], name)()), keptBytes: () => 30 }));
    }
    expect([cache.keys(), cache.bytes]).toEqual([["a", "b", "c"], 90]);
  });

  it("does not remember a failure", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, effects);
    const failing = cache.get("a", async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await cache.get("a", loader(1, [], "a"))).toBe("a");
  });
});

describe("loads at the same time", () => {
  /** Values that many callers ask for at once; counts the bytes of those that are loaded or kept. */
  function world(maxBytes: number, bytes: number) {
    const cache = createByteBoundedCache<number>({ maxBytes }, effects);
    const ends: (() => void)[] = [];
    let loading = 0;
    let most = 0;
    const ask = (at: number) =>
      cache.get(String(at), async () => ({
        bytes,
        load: async () => {
          loading += bytes;
          most = Math.max(most, loading + cache.keys().length * bytes);
          await new Promise<void>((end) => ends.push(end));
          loading -= bytes;
          return at;
        },
      }));
    const settle = async (all: Promise<unknown>) => {
      let isDone = false;
      void all.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        await new Promise((wake) => setTimeout(wake, 0));
        ends.shift()?.();
      }
      return all;
    };
    return { ask, settle, most: () => most };
  }

  it("never take more than the limit, together with what is kept", async () => {
    const { ask, settle, most } = world(100, 30);
    const all = Promise.all(Array.from({ length: 20 }, (_, at) => ask(at)));
    expect(await settle(all)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(most()).toBeLessThanOrEqual(100);
  });

  it("go one by one where each is larger than the limit", async () => {
    const { ask, settle, most } = world(100, 130);
    expect(await settle(Promise.all([ask(1), ask(2), ask(3)]))).toEqual([1, 2, 3]);
    expect(most()).toBe(130);
  });

  it("are refused once too many wait", async () => {
    const { ask, settle } = world(100, 100);
    const all = Promise.allSettled(Array.from({ length: 100 }, (_, at) => ask(at)));
    const outcomes = (await settle(all)) as PromiseSettledResult<number>[];
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(65);
    expect(outcomes.at(-1)).toMatchObject({ reason: expect.any(Overloaded) });
  });

  it("give their room back after a failure", async () => {
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, effects);
    const failing = async () => ({ bytes: 90, load: () => Promise.reject(new Error("no")) });
    await expect(cache.get("a", failing)).rejects.toThrow("no");
    expect(await cache.get("b", async () => ({ bytes: 90, load: async () => "b" }))).toBe("b");
  });
});

describe("a load whose request is gone", () => {
  /** Time passes while somebody sleeps. */
  function world() {
    let time = 0;
    let naps = 0;
    const sleep = async (ms: number) => {
      time += ms;
      naps++;
      // Others go on meanwhile, as they do in a runtime.
      await new Promise<void>((wake) => setImmediate(wake));
    };
    const kept: Promise<unknown>[] = [];
    const keep = (work: Promise<unknown>) => kept.push(work);
    const cache = createByteBoundedCache<string>({ maxBytes: 100 }, { now: () => time, sleep, keep });
    return { cache, kept, naps: () => naps, time: () => time };
  }
  const loadable = (value: string, bytes = 60) => ({ bytes, load: async () => value });

  it("is waited for by a timer of the waiter's own, then done by the waiter", async () => {
    const { cache, naps, time } = world();
    void cache.get("a", () => never);
    expect(await cache.get("a", async () => loadable("second"))).toBe("second");
    expect(naps()).toBeGreaterThan(10);
    expect(time()).toBeGreaterThan(LOST_LOAD_MS);
  });

  it("gives its room back", async () => {
    const { cache } = world();
    void cache.get("a", async () => ({ bytes: 60, load: () => never }));
    expect(await cache.get("b", async () => loadable("b"))).toBe("b");
  });

  it("does not keep its place among those that wait for room", async () => {
    let time = 0;
    let isGone = false;
    const sleep = async (ms: number) => {
      if (isGone) return never;
      time += ms;
      await new Promise<void>((wake) => setImmediate(wake));
    };
    const cache = createByteBoundedCache<string>(
      { maxBytes: 100 },
      { now: () => time, sleep, keep: () => undefined },
    );
    let endFirst: () => void = () => undefined;
    const first = cache.get("a", async () => ({
      bytes: 60,
      load: () => new Promise<string>((done) => (endFirst = () => done("a"))),
    }));
    await new Promise((wake) => setImmediate(wake));
    isGone = true;
    void cache.get("b", async () => loadable("b"));
    await new Promise((wake) => setImmediate(wake));
    isGone = false;
    endFirst();
    await first;
    time += 2_000;
    expect(await cache.get("c", async () => loadable("c"))).toBe("c");
  });

  it("is kept alive, so that usually it ends", async () => {
    const { cache, kept } = world();
    void cache.get("a", async () => loadable("a"));
    await Promise.all(kept);
    expect(cache.keys()).toEqual(["a"]);
  });

  it("tells those who wait for it of its failure", async () => {
    const { cache } = world();
    let calls = 0;
    const failing = async () => {
      calls++;
      await new Promise<void>((wake) => setImmediate(wake));
      throw new Error("no");
    };
    const both = await Promise.allSettled([cache.get("a", failing), cache.get("a", failing)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(calls).toBe(1);
  });
});

describe("rememberFor", () => {
  it("asks again once the time is over, and after a failure", async () => {
    let now = 0;
    let calls = 0;
    const ask = rememberFor(
      100,
      () => now,
      async () => {
        calls++;
        if (calls === 1) throw new Error("no");
        return calls;
      },
    );
    await expect(ask("k")).rejects.toThrow("no");
    expect(await ask("k")).toBe(2);
    expect(await ask("k")).toBe(2);
    now = 100;
    expect(await ask("k")).toBe(3);
  });

  it("lets no request wait for another's call, which may never end", async () => {
    let calls = 0;
    const ask = rememberFor(
      100,
      () => 0,
      async () => {
        calls++;
        return calls === 1 ? new Promise<number>(() => undefined) : calls;
      },
    );
    void ask("k");
    expect(await ask("k")).toBe(2);
    expect(await ask("k")).toBe(2);
  });
});
