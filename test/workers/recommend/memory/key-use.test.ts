import { describe, expect, it } from "vitest";
import { createKeyUse } from "#recommend/memory/key-use.ts";

function setUp() {
  const state = { now: 1_000_000, isFailing: false };
  const written: string[] = [];
  const failures: string[] = [];
  const store = {
    put: async (name: string, value: string) => {
      if (state.isFailing) throw new Error("KV is busy");
      written.push(`${name}=${value}`);
    },
  };
  const keyUse = createKeyUse(
    store,
    () => state.now,
    (event) => failures.push(event),
  );
  return { state, written, failures, keyUse };
}

describe("createKeyUse", () => {
  it("notes a key's first use, and each later one only when ten minutes have passed", async () => {
    const { state, written, keyUse } = setUp();
    await keyUse.note(7);
    await keyUse.note(7);
    await keyUse.note(8);
    state.now += 10 * 60 * 1000;
    await keyUse.note(7);
    expect(written).toEqual(["used:7=1000000", "used:8=1000000", "used:7=1600000"]);
  });

  it("tries again at the next use when KV refuses", async () => {
    const { state, written, failures, keyUse } = setUp();
    state.isFailing = true;
    await keyUse.note(7);
    state.isFailing = false;
    await keyUse.note(7);
    expect([failures, written]).toEqual([["key_use_not_noted"], ["used:7=1000000"]]);
  });
});
