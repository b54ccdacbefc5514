/** The values of a schedule's form, and the request that they become. */

import type { z } from "zod";
import type { RetrainingScheduleResponse, retrainingScheduleRequest } from "#contract/retraining.ts";
import { t } from "../../words/words.ts";

export const frequencies = () =>
  [
    { value: "*/5 * * * *", label: t("retraining.frequencies.fiveMinutes") },
    { value: "0 * * * *", label: t("retraining.frequencies.hour") },
    { value: "0 2 * * *", label: t("retraining.frequencies.night") },
    { value: "0 2 * * 0", label: t("retraining.frequencies.sunday") },
    { value: "0 2 1 * *", label: t("retraining.frequencies.month") },
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
  return frequencies().find(({ value }) => value === cron)?.value ?? OWN_EXPRESSION;
}

export type PlanProblems = Partial<Record<"cron" | "configuration" | "tolerance" | "keepVersions", string>>;

export function checkSchedule(plan: SchedulePlan): PlanProblems {
  const tolerance = Number(plan.tolerance);
  const kept = Number(plan.keepVersions);
  const isShare = plan.tolerance.trim() !== "" && tolerance >= 0 && tolerance <= 100;
  return {
    ...(plan.cron.trim().split(/\s+/).length === 5 ? {} : { cron: t("retraining.wrong.cron") }),
    ...(plan.retune || plan.configuration !== null
      ? {}
      : { configuration: t("retraining.wrong.configuration") }),
    ...(isShare ? {} : { tolerance: t("retraining.wrong.tolerance") }),
    ...(Number.isInteger(kept) && kept >= 1 && kept <= 100
      ? {}
      : { keepVersions: t("retraining.wrong.kept") }),
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
