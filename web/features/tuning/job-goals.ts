/** Goals of a job in plain words: how long it searches, and what its lists should do. Pure. */
import type { TargetMetric } from "#contract/study-config.ts";
import type { JobPlan } from "./job-plan.ts";

export const EFFORTS = ["quick", "balanced", "thorough"] as const;
export type Effort = (typeof EFFORTS)[number];

/** `balanced` is the plan of a new job; only a quick search ends by the clock. */
const PLANS: Readonly<Record<Effort, Pick<JobPlan, "trials" | "timeoutMinutes">>> = {
  quick: { trials: "12", timeoutMinutes: "5" },
  balanced: { trials: "40", timeoutMinutes: "" },
  thorough: { trials: "150", timeoutMinutes: "" },
};

export function planOfEffort(effort: Effort): Pick<JobPlan, "trials" | "timeoutMinutes"> {
  return PLANS[effort];
}

/** The effort of a plan; null for numbers of one's own. */
export function effortOf(plan: Pick<JobPlan, "trials" | "timeoutMinutes">): Effort | null {
  const isOf = (effort: Effort) =>
    PLANS[effort].trials === plan.trials.trim() &&
    PLANS[effort].timeoutMinutes === plan.timeoutMinutes.trim();
  return EFFORTS.find(isOf) ?? null;
}

export const AIMS = ["clicks", "found", "anybody"] as const;
export type Aim = (typeof AIMS)[number];

const METRICS: Readonly<Record<Aim, TargetMetric>> = { clicks: "ndcg", found: "recall", anybody: "hit" };

/** The metric that models are chosen by for an aim. */
export function metricOfAim(aim: Aim): TargetMetric {
  return METRICS[aim];
}

/** The aim that a metric stands for; null for one that only experts choose. */
export function aimOf(metric: TargetMetric): Aim | null {
  return AIMS.find((aim) => METRICS[aim] === metric) ?? null;
}
