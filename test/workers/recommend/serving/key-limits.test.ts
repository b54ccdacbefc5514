import { describe, expect, it } from "vitest";
import { ServingError } from "#recommend/http/errors.ts";
import { createKeyLimits } from "#recommend/serving/key-limits.ts";
import type { KeyRecord } from "#storage/routing-store.ts";

const keyWith = (limits: KeyRecord["limits"], id = 1): KeyRecord => ({
  ...{ id, project_id: 3, scopes: ["predict"], expires_at: null },
  ...(limits && { limits }),
});

function setUp() {
  let now = 50_000;
  const limits = createKeyLimits(() => now);
  /** "ok", or the seconds to wait. */
  const take = (key: KeyRecord): string => {
    try {
      limits.take(key);
      return "ok";
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      return `${error.status} ${error.headers["Retry-After"]}`;
    }
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { take, pass };
}

describe("the limits of a key", () => {
  it("let two through in a second, and say when to come again", () => {
    const { take, pass } = setUp();
    const key = keyWith({ per_second: 2, per_minute: null });
    expect([take(key), take(key), take(key)]).toEqual(["ok", "ok", "429 1"]);
    pass(999);
    expect(take(key)).toBe("429 1");
    pass(1);
    expect(take(key)).toBe("ok");
  });

  it("hold for a minute and a second together; refused requests do not count", () => {
    const { take, pass } = setUp();
    const key = keyWith({ per_second: 1, per_minute: 2 });
    expect([take(key), take(key), take(key)]).toEqual(["ok", "429 1", "429 1"]);
    pass(1_000);
    expect(take(key)).toBe("ok");
    pass(1_500);
    expect(take(key)).toBe("429 58");
    pass(57_500);
    expect(take(key)).toBe("ok");
  });

  it("are each key's own, and none without limits", () => {
    const { take } = setUp();
    const [first, second] = [1, 2].map((id) => keyWith({ per_second: 1, per_minute: null }, id));
    expect([first, first, second].map((key) => take(key as KeyRecord))).toEqual(["ok", "429 1", "ok"]);
    expect(
      Array.from({ length: 100 }, () => take(keyWith(undefined, 3))).every((text) => text === "ok"),
    ).toBe(true);
  });
});
