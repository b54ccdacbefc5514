/** The sums of several tallies of one experiment, each of other people, as one. */
import type { ArmSums, ExperimentSums, TallyPlan } from "./experiment-tally.ts";
import { DistinctCount } from "./statistics/distinct-count.ts";
import { addSums, NO_UNITS } from "./statistics/sample.ts";
import { TimeHistogram } from "./statistics/time-histogram.ts";

const NO_SUMS: ArmSums = { conversion: NO_UNITS, perList: NO_UNITS, revenue: NO_UNITS };

export function joinSums(
  parts: readonly ExperimentSums[],
  { arms, periods }: Pick<TallyPlan, "arms" | "periods">,
): ExperimentSums {
  const ofArms = Array.from({ length: arms }, (_, arm) => arm);
  const total = (of: (part: ExperimentSums) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    periods: periods.map((_, period) =>
      ofArms.map((arm) =>
        parts.map((part) => part.periods[period]?.[arm] ?? NO_SUMS).reduce(addArms, NO_SUMS),
      ),
    ),
    preference: parts.map((part) => part.preference).reduce(addSums, NO_UNITS),
    credits: [total(({ credits }) => credits[0]), total(({ credits }) => credits[1])],
    lists: ofArms.map((arm) => {
      const [times, items] = [new TimeHistogram(), new DistinctCount()];
      for (const { lists } of parts) {
        if (lists[arm]) times.join(lists[arm].times);
        if (lists[arm]) items.join(lists[arm].items);
      }
      const sum = (of: "lists" | "empty") => total(({ lists }) => lists[arm]?.[of] ?? 0);
      return { lists: sum("lists"), empty: sum("empty"), times, items };
    }),
    mixed: total(({ mixed }) => mixed),
    robots: total(({ robots }) => robots),
    merged: total(({ merged }) => merged),
  };
}

function addArms(a: ArmSums, b: ArmSums): ArmSums {
  return {
    conversion: addSums(a.conversion, b.conversion),
    perList: addSums(a.perList, b.perList),
    revenue: addSums(a.revenue, b.revenue),
  };
}
