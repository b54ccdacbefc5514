import { describe, expect, it } from "vitest";
import {
  retrainingScheduleRequest,
  retrainingScheduleResponse,
} from "../../../../shared/contract/retraining.ts";
import {
  checkSchedule,
  frequencies,
  frequencyOf,
  OWN_EXPRESSION,
  planOf,
  toScheduleBody,
} from "../../../../web/features/retraining/schedule-plan.ts";

const stored = retrainingScheduleResponse.parse({
  id: 1,
  project: 7,
  is_enabled: false,
  cron_expression: "30 3 * * 1-5",
  training_data: null,
  model_configuration: 4,
  retune: false,
  split_config: null,
  evaluation_config: null,
  max_retries: 3,
  notify_on_failure: true,
  webhook_url: null,
  last_run_at: null,
  last_run_status: null,
  next_run_at: null,
  auto_deploy: false,
  ins_datetime: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  deploy_tolerance: 0.025,
  keep_versions: 9,
  next_runs: [],
});

describe("planOf", () => {
  it("begins a new schedule with a nightly search", () => {
    expect(planOf(null)).toMatchObject({ isEnabled: true, cron: "0 2 * * *", retune: true, tolerance: "2" });
    expect(checkSchedule(planOf(null))).toEqual({});
  });

  it("shows what is stored, and sends it back unchanged", () => {
    const plan = planOf(stored);
    expect(plan).toMatchObject({ isEnabled: false, configuration: 4, tolerance: "2.5", keepVersions: "9" });
    const body = retrainingScheduleRequest.parse(toScheduleBody(7, plan, null));
    for (const field of [
      "is_enabled",
      "cron_expression",
      "model_configuration",
      "deploy_tolerance",
    ] as const) {
      expect(body[field]).toEqual(stored[field]);
    }
  });
});

describe("toScheduleBody", () => {
  it("names for a search its split and evaluation, and no configuration", () => {
    const plan = { ...planOf(stored), retune: true };
    expect(toScheduleBody(7, plan, { split: 2, evaluation: 3 })).toMatchObject({
      retune: true,
      model_configuration: null,
      split_config: 2,
      evaluation_config: 3,
    });
  });
});

describe("checkSchedule", () => {
  it.each([
    [{ cron: "0 2 * *" }, "cron"],
    [{ retune: false, configuration: null }, "configuration"],
    [{ tolerance: "" }, "tolerance"],
    [{ tolerance: "101" }, "tolerance"],
    [{ keepVersions: "0" }, "keepVersions"],
    [{ keepVersions: "2.5" }, "keepVersions"],
  ])("refuses %j", (changes, field) => {
    expect(Object.keys(checkSchedule({ ...planOf(null), ...changes }))).toEqual([field]);
  });
});

it("recognises the usual intervals, and leaves other expressions as they are", () => {
  for (const { value } of frequencies()) expect(frequencyOf(value)).toBe(value);
  expect(frequencyOf("30 3 * * 1-5")).toBe(OWN_EXPRESSION);
});
