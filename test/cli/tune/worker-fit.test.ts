import { describe, expect, it } from "vitest";
import { ISOLATE_BUDGET_MB } from "#engine/estimate/estimate-fit.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { workerFit } from "../../../cli/tune/worker-fit.ts";

const shape = { users: 30_000, items: 38_000, interactions: 1_200_000 };

const trial = (number: number, value: number, n_components: number): FinishedTrial => ({
  ...{ number, algorithm: "IALS", suggested: {}, params: { n_components }, value, metrics: {}, reports: [] },
  ...{ state: "COMPLETE", seconds: 1 },
});
const trials = [trial(0, 0.3, 512), trial(1, 0.2, 16), trial(2, 0.25, 32)];
const winner = { algorithm: "IALS" as const, params: { n_components: 512 }, value: 0.3, trial: 0 };

describe("workerFit", () => {
  it("offers the best trial that fits a Worker if the winner is too large", () => {
    const fit = workerFit(shape, winner, trials, undefined);
    expect(fit.peakMb).toBeGreaterThan(ISOLATE_BUDGET_MB);
    expect(fit.reason).toContain("IALS needs about");
    expect(fit.best).toMatchObject({ trial: 2, value: 0.25 });
  });

  it("keeps to a smaller budget", () => {
    expect(workerFit(shape, winner, trials, 1)).toMatchObject({ best: null });
    const small = { users: 300, items: 200, interactions: 3000 };
    expect(workerFit(small, winner, trials, undefined)).toMatchObject({ reason: null, best: winner });
  });
});
