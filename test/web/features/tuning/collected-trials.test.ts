import { describe, expect, it } from "vitest";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { CollectedTrials } from "../../../../web/features/tuning/collected-trials.ts";

function told(number: number, overrides: Partial<TrialResponse> = {}): TrialResponse {
  return {
    ...{ number, algorithm: "IALS", params: {}, state: "RUNNING", value: null, metrics: {}, reports: [] },
    ...{ value_on_all_users: null, attempts: 1, started_at: null, seconds: null, error: null },
    ...overrides,
  };
}

describe("CollectedTrials", () => {
  it("lists trials by number in any order of arrival, and keeps unchanged ones as they are", () => {
    const trials = new CollectedTrials();
    for (const number of [3, 0, 1]) trials.take(told(number));
    const before = trials.list();
    expect(before.map(({ number }) => number)).toEqual([0, 1, 3]);
    trials.take(told(1, { state: "COMPLETE", value: 0.4 }));
    expect(trials.list().map((trial, at) => trial === before[at])).toEqual([true, false, true]);
  });

  it.each([
    ["an end", { state: "COMPLETE", value: 0.5 }, {}],
    ["a later attempt", { attempts: 2 }, { state: "FAILED" }],
    ["a later report", { reports: [{ epoch: 1, value: 0.1 }] }, {}],
  ] as const)("does not go back from %s to an earlier state", (_name, later, earlier) => {
    const trials = new CollectedTrials();
    const known = told(7, later as Partial<TrialResponse>);
    expect(trials.take(known)).toBe(true);
    expect(trials.take(told(7, earlier))).toBe(false);
    expect(trials.list()).toEqual([known]);
    trials.clear();
    expect(trials.list()).toEqual([]);
  });
});
