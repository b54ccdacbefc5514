import { describe, expect, it } from "vitest";
import { EarlyActs } from "#engine/experiment/early-acts.ts";

describe("EarlyActs", () => {
  it("gives the acts of a list once it comes, and those of lists that do not come after a minute", () => {
    const acts = new EarlyActs<string>();
    acts.hold("one", "a", 0);
    acts.hold("two", "b", 30_000);
    acts.hold("one", "c", 40_000);
    expect([...acts.overdue(60_000)]).toEqual([]);
    expect(acts.take("two")).toEqual(["b"]);
    expect(acts.take("two")).toEqual([]);
    expect([...acts.overdue(60_001)]).toEqual(["a", "c"]);
    expect([...acts.overdue(Number.POSITIVE_INFINITY)]).toEqual([]);
  });

  it("lets the oldest go where there are more than ten thousand", () => {
    const acts = new EarlyActs<number>();
    for (let act = 0; act < 10_002; act++) acts.hold(String(act), act, 0);
    expect([...acts.overdue(0)]).toEqual([0, 1]);
  });

  it("continues from what was stored", () => {
    const acts = new EarlyActs<string>();
    acts.hold("one", "a", 5);
    const again = new EarlyActs<string>(JSON.parse(JSON.stringify(acts.toStored())));
    expect(again.take("one")).toEqual(["a"]);
  });
});
