/** How long a test has to run, before it starts and while it runs. */

import { sequentialReach } from "./sequential-test.ts";
import { normalQuantile } from "./statistics/distributions.ts";
import type { Sample } from "./statistics/sample.ts";

export type TestKind = "sequential" | "fixed";

/** What a test is planned with. */
export interface TestPlan {
  readonly kind: TestKind;
  readonly confidence: number;
  /** The probability to find an effect that is there; .8 is usual. */
  readonly power: number;
  /** The variant's share of the people of both, between 0 and 1. */
  readonly share: number;
  /** For a sequential test: people for whom its interval is narrowest. */
  readonly tuning: number;
}

/**
 * The smallest relative effect that `people` of both sides show with the plan's power. With the quantiles of the test in place of
 * z(1 − α/2): Bloom, "Minimum Detectable Effects" (1995). Infinity without people, or for a control whose mean is not above 0.
 */
export function minimumDetectableEffect(control: Sample, people: number, plan: TestPlan): number {
  if (control.mean <= 0 || people < 2) return Number.POSITIVE_INFINITY;
  const { share, kind, confidence, power, tuning } = plan;
  const error = Math.sqrt((control.variance / people) * (1 / share + 1 / (1 - share))) / control.mean;
  const reach =
    kind === "fixed" ? normalQuantile((1 + confidence) / 2) : sequentialReach(people, 1 - confidence, tuning);
  return (reach + normalQuantile(power)) * error;
}

/** The fewest people of both sides that show a relative effect with the plan's power; Infinity if none are enough. @param effect Above 0. */
export function peopleNeeded(control: Sample, effect: number, plan: TestPlan): number {
  const shows = (people: number) => minimumDetectableEffect(control, people, plan) <= effect;
  let enough = 2;
  while (!shows(enough)) {
    enough *= 2;
    if (enough > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  let few = enough / 2;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (shows(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** Days until that many people have come at today's rate; 0 if they have. Infinity if nobody comes. @param days So far, above 0. */
export function daysLeft(needed: number, people: number, days: number): number {
  if (people >= needed) return 0;
  return people > 0 ? ((needed - people) * days) / people : Number.POSITIVE_INFINITY;
}
