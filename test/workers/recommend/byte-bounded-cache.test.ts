import { describe, expect, it } from "vitest";
import { createByteBoundedCache } from "../../../workers/recommend/byte-bounded-cache.ts";
import { rememberFor } from "../../../workers/recommend/short-lived.ts";

describe("createByteBoundedCache", () => {
  const loader = (bytes: number, calls: string[], name: string) => async () => {
    calls.push(name);
    return { value: name, bytes };
  };

  it("loads once, however many ask at the same time", async () => {
    const cache = createByteBoundedCache<string>(100);
    const calls: string[] = [];
    const load = loader(10, calls, "a");
    expect(await Promise.all([cache.get("a", load), cache.get("a", load)])).toEqual(["a", "a"]);
    await cache.get("a", load);
    expect(calls).toEqual(["a"]);
  });

  it("lets go of what was used longest ago once the bytes do not fit", async () => {
    const cache = createByteBoundedCache<string>(100);
    const calls: string[] = [];
    await cache.get("a", loader(40, calls, "a"));
    await cache.get("b", loader(40, calls, "b"));
    await cache.get("a", loader(40, calls, "a"));
    await cache.get("c", loader(40, calls, "c"));
    expect(cache.keys()).toEqual(["a", "c"]);
  });

  it("serves a value larger than itself, and drops it for the next", async () => {
    const cache = createByteBoundedCache<string>(100);
    const calls: string[] = [];
    expect(await cache.get("huge", loader(500, calls, "huge"))).toBe("huge");
    await cache.get("a", loader(10, calls, "a"));
    expect(cache.keys()).toEqual(["a"]);
  });

  it("does not remember a failure", async () => {
    const cache = createByteBoundedCache<string>(100);
    const failing = cache.get("a", async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await cache.get("a", loader(1, [], "a"))).toBe("a");
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
});
