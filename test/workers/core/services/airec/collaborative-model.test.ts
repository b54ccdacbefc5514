import { describe, expect, it } from "vitest";
import { collaborativeModel } from "#services/airec/collaborative-model.ts";

describe("the model of collaborative lists", () => {
  it.each([
    [{ users: 120, items: 80, interactions: 2400 }, "SparseSLIM"],
    [{ users: 943, items: 1682, interactions: 100_000 }, "SparseSLIM"],
    [{ users: 600_000, items: 400_000, interactions: 2_000_000 }, "IALS"],
    [null, "IALS"],
    [{ users: "many" }, "IALS"],
  ])("of %j is %s", (report, algorithm) => {
    expect(collaborativeModel(report)).toBe(algorithm);
  });
});
