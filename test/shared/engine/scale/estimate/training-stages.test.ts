import { describe, expect, it } from "vitest";
import { expectedShape } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { estimateTraining } from "#engine/scale/estimate/training-stages.ts";
import { estimateWholeTraining } from "#engine/scale/estimate/whole-training.ts";

const SIZES = { users: 138_000, items: 27_000, interactions: 20_000_000, hasTimes: false };
const data = { ...expectedShape(SIZES), disliked: null };

describe("the estimate of a training", () => {
  it("of 20 million interactions has the fit, the artifact and its storing, and costs less than 2 cents", () => {
    const found = estimateTraining("IALS", { n_components: 64, train_epochs: 8 }, data, 900_000);
    const short = estimateTraining("IALS", { n_components: 64, train_epochs: 4 }, data, 900_000);
    expect(found.messages).toBeGreaterThan(200);
    expect(found.dollars).toBeLessThan(0.02);
    expect(found.cpuSeconds / short.cpuSeconds).toBeGreaterThan(1.5);
  });

  it("is refused with the reason", () => {
    expect(() => estimateTraining("EDLAE", {}, data, 900_000)).toThrow(/needs all data in one isolate/);
  });

  it("in one isolate is one message for each 20 s, one after another", () => {
    const sizes = { datasetBytes: 10e6, rows: 1_000 };
    const [one, three] = [estimateWholeTraining(5, sizes), estimateWholeTraining(50, sizes)];
    expect([one.messages, three.messages]).toEqual([1, 3]);
    expect([one.cpuSeconds, three.cpuSeconds]).toEqual([5, expect.closeTo(50)]);
    expect(three.minutes).toBeGreaterThan(one.minutes * 3);
  });
});
