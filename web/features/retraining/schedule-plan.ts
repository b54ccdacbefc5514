/** The values of a schedule's form, and the request that they become. */
import type { z } from "zod";
import type { RetrainingScheduleResponse, retrainingScheduleRequest } from "#contract/retraining.ts";

export const FREQUENCIES = [
  { value: "*/5 * * * *", label: "Every five minutes" },
  { value: "0 * * * *", label: "Every hour" },
  { value: "0 2 * * *", label: "Every night at 02:00 UTC" },
  { value: "0 2 * * 0", label: "Sundays at 02:00 UTC" },
  { value: "0 2 1 * *", label: "On the first of the month at 02:00 UTC" },
] as const;
export const OWN_EXPRESSION = "own";

export interface SchedulePlan {
  readonly isEnabled: boolean;
  readonly cron: string;
  /** A new search each time, or this configuration. */
  readonly retune: boolean;
  readonly configuration: number | null;
  readonly autoDeploy: boolean;
  /** Percent. */
  readonly tolerance: string;
  readonly keepVersions: string;
}

export function planOf(schedule: RetrainingScheduleResponse | null): SchedulePlan {
  return {
    isEnabled: schedule?.is_enabled ?? true,
    cron: schedule?.cron_expression ?? "0 2 * * *",
    retune: schedule?.retune ?? true,
    configuration: schedule?.model_configuration ?? null,
    autoDeploy: schedule?.auto_deploy ?? true,
    tolerance: String(Math.round((schedule?.deploy_tolerance ?? 0.02) * 1000) / 10),
    keepVersions: String(schedule?.keep_versions ?? 5),
  };
}

/** How often: one of the usual choices, or a custom expression. */
export function frequencyOf(cron: string): string {
  return FREQUENCIES.find(({ value }) => value === cron)?.value ?? OWN_EXPRESSION;
}

export type PlanProblems = Partial<Record<"cron" | "configuration" | "tolerance" | "keepVersions", string>>;

export function checkSchedule(plan: SchedulePlan): PlanProblems {
  const tolerance = Number(plan.tolerance);
  const kept = Number(plan.keepVersions);
  const isShare = plan.tolerance.trim() !== "" && tolerance >= 0 && tolerance <= 100;
  return {
    ...(plan.cron.trim().split(/\s+/).length === 5
      ? {}
      : { cron: "Five fields: minute, hour, day of the month, month, day of the week." }),
    ...(plan.retune || plan.configuration !== null ? {} : { configuration: "Choose what to train." }),
    ...(isShare ? {} : { tolerance: "Between 0 and 100." }),
    ...(Number.isInteger(kept) && kept >= 1 && kept <= 100 ? {} : { keepVersions: "Between 1 and 100." }),
  };
}

/** The body of a request; `study` has the split and the evaluation for a new search. */
export function toScheduleBody(
  projectId: number,
  plan: SchedulePlan,
  study: { readonly split: number; readonly evaluation: number } | null,
): z.input<typeof retrainingScheduleRequest> {
  return {
    project: projectId,
    is_enabled: plan.isEnabled,
    cron_expression: plan.cron.trim(),
    retune: plan.retune,
    model_configuration: plan.retune ? null : plan.configuration,
    split_config: study?.split ?? null,
    evaluation_config: study?.evaluation ?? null,
    auto_deploy: plan.autoDeploy,
    deploy_tolerance: Number(plan.tolerance) / 100,
    keep_versions: Number(plan.keepVersions),
  };
}
