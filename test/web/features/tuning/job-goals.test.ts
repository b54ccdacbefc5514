import { expect, it } from "vitest";
import { TARGET_METRICS } from "#contract/study-config.ts";
import { AIMS, aimOf, EFFORTS, effortOf, metricOfAim, planOfEffort } from "#web/features/tuning/job-goals.ts";
import { checkPlan, firstPlan } from "#web/features/tuning/job-plan.ts";

it("begins a new job balanced, aiming at clicks", () => {
  const plan = firstPlan(true);
  expect([effortOf(plan), aimOf(plan.metric)]).toEqual(["balanced", "clicks"]);
});

it("makes plans that can be started, each longer than the one before", () => {
  const plans = EFFORTS.map((effort) => ({ ...firstPlan(true), ...planOfEffort(effort) }));
  expect(plans.map((plan) => checkPlan(plan))).toEqual([{}, {}, {}]);
  const trials = plans.map((plan) => Number(plan.trials));
  expect(trials).toEqual([...trials].sort((a, b) => a - b));
  expect(plans.map(effortOf)).toEqual([...EFFORTS]);
});

it("names no effort for numbers of one's own", () => {
  expect(effortOf({ trials: "41", timeoutMinutes: "" })).toBeNull();
  expect(effortOf({ trials: "40", timeoutMinutes: "10" })).toBeNull();
});

it("has a metric for each aim, and no aim for those of experts", () => {
  expect(AIMS.map((aim) => aimOf(metricOfAim(aim)))).toEqual([...AIMS]);
  expect(TARGET_METRICS.filter((metric) => aimOf(metric) === null)).toEqual(["map", "mrr"]);
});
