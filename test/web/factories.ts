import type { TrialResponse } from "#contract/tuning-job.ts";

/** A completed trial, with overrides. */
export function trial(number: number, overrides: Partial<TrialResponse> = {}): TrialResponse {
  const value = 0.2 + number / 100;
  return {
    number,
    algorithm: "IALS",
    params: { "IALS.n_components": 64 },
    state: "COMPLETE",
    value,
    value_on_all_users: null,
    metrics: { "ndcg@10": value },
    reports: [],
    attempts: 1,
    started_at: null,
    seconds: 0.5,
    error: null,
    ...overrides,
  };
}
