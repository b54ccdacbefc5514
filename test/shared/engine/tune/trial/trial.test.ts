import { describe, expect, it } from "vitest";
import { findBestTrial } from "#engine/tune/trial/trial.ts";
import { trial } from "../objectives.ts";

describe("findBestTrial", () => {
  const history = [
    trial(0, {}, { value: 0.2 }),
    trial(2, {}, { value: 0.5 }),
    trial(1, {}, { value: 0.5 }),
    trial(3, {}, { value: 0.9, state: "PRUNED" }),
    trial(4, {}, { value: Number.NaN }),
    trial(5, {}, { value: null, state: "RUNNING" }),
  ];

  it("takes the best complete trial, the earliest of equals", () => {
    expect(findBestTrial(history, "maximize")?.number).toBe(1);
    expect(findBestTrial(history, "minimize")?.number).toBe(0);
  });

  it("is null without a complete trial", () => {
    expect(findBestTrial(history.slice(3), "maximize")).toBeNull();
  });
});
