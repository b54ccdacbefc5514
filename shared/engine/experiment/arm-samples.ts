/** From the sums of an experiment to means of its variants that can be compared. */
import type { ArmSums, ExperimentSums } from "./experiment-tally.ts";
import { addSums, adjustedSample, ratioSample, type Sample, stratifiedSample } from "./statistics/sample.ts";

/** The share of people with a conversion, the share of lists with one, or the values of a person's conversions together. */
export type ArmMetric = "conversion" | "per_list" | "revenue";

const METRICS: Readonly<Record<ArmMetric, (of: ArmSums, all: readonly ArmSums[]) => Sample>> = {
  conversion: ({ conversion }, all) =>
    adjustedSample(conversion, all.map((sums) => sums.conversion).reduce(addSums)),
  per_list: ({ perList }) => ratioSample(perList),
  revenue: ({ revenue }, all) => adjustedSample(revenue, all.map((sums) => sums.revenue).reduce(addSums)),
};

/**
 * A sample for each variant. Conversion and revenue are adjusted by what people did before the experiment (CUPED). Periods are strata, weighed
 * by their people. A period in which some variant has fewer than two people compares nothing and is left out.
 */
export function armSamples({ periods }: Pick<ExperimentSums, "periods">, metric: ArmMetric): Sample[] {
  const compared = periods.filter((arms) => arms.every(({ conversion }) => conversion.count >= 2));
  const used = compared.length > 0 ? compared : periods.slice(0, 1);
  const weights = used.map(peopleOf);
  const byPeriod = used.map((arms) => arms.map((arm) => METRICS[metric](arm, arms)));
  const [first = []] = byPeriod;
  if (byPeriod.length === 1) return first;
  return first.map((_, arm) =>
    stratifiedSample(
      byPeriod.map((samples) => samples[arm] as Sample),
      weights,
    ),
  );
}

/** People of each variant in all periods together. */
export function armPeople({ periods }: Pick<ExperimentSums, "periods">): number[] {
  const [first = []] = periods;
  return first.map((_, arm) => periods.reduce((sum, arms) => sum + (arms[arm]?.conversion.count ?? 0), 0));
}

/** People of all variants. */
export function peopleOf(arms: readonly ArmSums[]): number {
  return arms.reduce((sum, { conversion }) => sum + conversion.count, 0);
}
