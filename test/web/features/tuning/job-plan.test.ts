import { describe, expect, it } from "vitest";
import { checkPlan, firstPlan, planOfJob, toRequests } from "../../../../web/features/tuning/job-plan.ts";

describe("firstPlan", () => {
  it("holds out what people did last where there is a time, and at random otherwise", () => {
    expect(firstPlan(true).scheme).toBe("TU");
    expect(firstPlan(false).scheme).toBe("RG");
  });

  it("can be started unchanged", () => {
    expect(checkPlan(firstPlan(true))).toEqual({});
  });

  it("asks for 40 trials of ndcg@10 with a tenth held out, and a model afterwards", () => {
    expect(toRequests(firstPlan(true))).toEqual({
      split: { scheme: "TU", heldout_ratio: 0.1 },
      evaluation: { target_metric: "ndcg", cutoff: 10 },
      job: {
        n_trials: 40,
        n_tasks_parallel: 4,
        random_seed: null,
        timeout_overall: null,
        tried_algorithms_json: null,
        train_after_tuning: true,
        deploy: "if_better",
      },
    });
  });
});

describe("checkPlan", () => {
  it.each([
    [{ trials: "0" }, "trials"],
    [{ trials: "many" }, "trials"],
    [{ trials: "2.5" }, "trials"],
    [{ cutoff: "" }, "cutoff"],
    [{ heldoutPercent: "95" }, "heldoutPercent"],
    [{ algorithms: [] }, "algorithms"],
    [{ seed: "-1" }, "seed"],
    [{ timeoutMinutes: "0" }, "timeoutMinutes"],
  ])("refuses %j", (change, field) => {
    expect(Object.keys(checkPlan({ ...firstPlan(true), ...change }))).toEqual([field]);
  });
});

describe("toRequests", () => {
  it("names the algorithms that were chosen", () => {
    const chosen = { ...firstPlan(true), algorithms: ["IALS", "EDLAE"] } as const;
    expect(toRequests(chosen).job.tried_algorithms_json).toEqual(["IALS", "EDLAE"]);
  });

  it("turns minutes into seconds", () => {
    expect(toRequests({ ...firstPlan(true), timeoutMinutes: "15", seed: "7" }).job).toMatchObject({
      timeout_overall: 900,
      random_seed: 7,
    });
  });
});

describe("planOfJob", () => {
  const split = { ...toRequests(firstPlan(true)).split, keeps_seen: null } as never;
  const evaluation = { target_metric: "recall", cutoff: 20 } as never;
  const job = {
    ...{ n_trials: 12, n_tasks_parallel: 3, random_seed: 7, timeout_overall: 600, deploy: "never" },
    ...{ tried_algorithms_json: ["IALSRecommender", "Gone"], train_after_tuning: false },
  } as never;

  it("has every setting of the job, so that its requests are the same again", () => {
    const { job: again, ...others } = toRequests(planOfJob(job, split, evaluation));
    expect(others).toMatchObject({ split: toRequests(firstPlan(true)).split, evaluation });
    expect(again).toEqual({
      ...{ n_trials: 12, n_tasks_parallel: 3, random_seed: 7, timeout_overall: 600, deploy: "never" },
      ...{ tried_algorithms_json: ["IALS"], train_after_tuning: false },
    });
  });

  it("falls back to a random part for a scheme that the form does not offer", () => {
    const cold = { ...(split as object), scheme: "cold_items" } as never;
    expect(planOfJob(job, cold, evaluation).scheme).toBe("RG");
  });
});
