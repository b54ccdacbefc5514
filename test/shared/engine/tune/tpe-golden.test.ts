/** Recorded Optuna studies, read from the data folder that EDGEWISE_DATA names; skipped without it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { goldenObjectives } from "./golden-objectives.ts";
import { bestOf, median, study } from "./objectives.ts";

const data = process.env.EDGEWISE_DATA;
const SEEDS = 30;

describe.skipIf(!data)("suggest, against Optuna 5.0 with its defaults", () => {
  it("has medians no worse after 40 and 80 trials on five of six functions, and never worse than random search", () => {
    const golden = JSON.parse(readFileSync(`${data}/golden/tpe.json`, "utf8"));
    const rows = Object.entries(goldenObjectives(golden.hartmann)).map(([name, objective]) => {
      const studies = Array.from({ length: SEEDS }, (_, seed) => study(objective, { trials: 80, seed }));
      const after = (trials: number) => median(studies.map((history) => bestOf(history.slice(0, trials))));
      const recorded = (sampler: "tpe" | "random", trials: number) =>
        golden.results[name][sampler][trials][1] as number;
      return {
        name,
        ours: [after(40), after(80)],
        optuna: [recorded("tpe", 40), recorded("tpe", 80)],
        random: [recorded("random", 40), recorded("random", 80)],
      };
    });
    const isNoWorse = (ours: number[], theirs: number[]) =>
      ours.every((value, at) => value <= (theirs[at] ?? 0));
    expect(rows.filter(({ ours, random }) => !isNoWorse(ours, random))).toEqual([]);
    expect(rows.filter(({ ours, optuna }) => isNoWorse(ours, optuna)).length).toBeGreaterThanOrEqual(5);
  });
});
