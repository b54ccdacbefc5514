/** Figures of new items and new users, beside those of known ones. */
import type { Dataset } from "#engine/data/dataset.ts";
import { COLD_RATIO, COLD_SCHEMES, type ColdScheme } from "#engine/split/cold-split.ts";
import { pickMetrics, type WantedMetrics } from "../options/metric-options.ts";
import type { Measured } from "../tune/measure.ts";
import { coldPart, type HeldOutData } from "./held-out-data.ts";

export type ColdFigures = readonly (readonly [ColdScheme, Measured])[];

/** Measures items that no training has seen, and users whom none has seen: a fifth of each. */
export function measureColdStart(
  whole: Dataset,
  seed: number,
  measureOn: (part: HeldOutData) => Measured,
): ColdFigures {
  return COLD_SCHEMES.map((scheme) => [scheme, measureOn(coldPart(whole, scheme, COLD_RATIO, seed))]);
}

/** In the JSON object of a result, by `cold_items` and `cold_users`. */
export type ColdResult = Readonly<
  Record<
    string,
    {
      readonly metrics: Readonly<Record<string, number>>;
      readonly test_users: number;
      readonly fit_seconds: number;
    }
  >
>;

export function coldResult(figures: ColdFigures, { keys }: WantedMetrics): ColdResult {
  const rows = figures.map(([scheme, { metrics, users, fitSeconds }]) => {
    const seconds = Math.round(fitSeconds * 1000) / 1000;
    const row = { metrics: pickMetrics(metrics, keys), test_users: users, fit_seconds: seconds };
    return [scheme.replace("-", "_"), row] as const;
  });
  return Object.fromEntries(rows);
}

/** Rows of a table; none without figures. */
export function coldRows(result: ColdResult = {}): string[][] {
  return Object.entries(result).map(([name, { metrics, test_users: users }]) => [
    `  ${name.replace("_", " ")} (${users} users)`,
    Object.entries(metrics)
      .map(([key, value]) => `${key} ${value.toFixed(4)}`)
      .join("  "),
  ]);
}
