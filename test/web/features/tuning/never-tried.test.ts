import { describe, expect, it } from "vitest";
import { neverTried } from "../../../../web/features/tuning/never-tried.ts";
import { trial } from "../../factories.ts";

const leftOut = { algorithm: "DenseSLIM", reason: "DenseSLIM takes 4096 items at most, not 5000." };
const job = {
  tried_algorithms_json: ["IALSRecommender", "IALS", "DenseSLIM", "TopPop"],
  left_out: [leftOut],
};

describe("neverTried", () => {
  it("names algorithms left out before the start, and those without a trial", () => {
    expect(neverTried(job, [trial(0), trial(1, { algorithm: null })])).toEqual([
      leftOut,
      { algorithm: "TopPop", reason: "the trials were used up before its turn." },
    ]);
  });

  it("names nothing if all had a trial, or if the default list was searched", () => {
    const both = [trial(0), trial(1, { algorithm: "TopPop" })];
    expect(neverTried({ ...job, left_out: [] }, [...both, trial(2, { algorithm: "DenseSLIM" })])).toEqual([]);
    expect(neverTried({ tried_algorithms_json: null, left_out: [] }, both)).toEqual([]);
  });
});
