/** The settings of a new job, and their defaults. Pure. */

import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { DeployMode } from "#contract/deployment.ts";
import { MAX_PARALLEL_TRIALS, MAX_TRIALS } from "#contract/limits.ts";
import type { EvaluationConfigResponse, SplitConfigResponse, TargetMetric } from "#contract/study-config.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { t } from "../../words/words.ts";
import { type Counts, heldOutProblem, MAX_PERCENT } from "../measuring/held-out-share.ts";
import { isCommonScheme, type JobScheme, keepsSeenOf, type SeenChoice } from "./split-schemes.ts";

/** Numbers stay texts while they are typed. */
export interface JobPlan {
  readonly trials: string;
  /** Null lets the job choose by the size of the data. */
  readonly algorithms: readonly AlgorithmName[] | null;
  readonly scheme: JobScheme;
  /** Of a test by next items. */
  readonly seen: SeenChoice;
  readonly heldoutPercent: string;
  readonly metric: TargetMetric;
  readonly cutoff: string;
  readonly parallel: string;
  readonly seed: string;
  readonly timeoutMinutes: string;
  readonly trainAfter: boolean;
  readonly deploy: DeployMode;
}

export type JobPlanField = keyof JobPlan;

export function firstPlan(hasTime: boolean): JobPlan {
  return {
    trials: "40",
    algorithms: null,
    scheme: hasTime ? "TU" : "RG",
    seen: "usual",
    heldoutPercent: "10",
    metric: "ndcg",
    cutoff: "10",
    parallel: "4",
    seed: "",
    timeoutMinutes: "",
    trainAfter: true,
    deploy: "if_better",
  };
}

/** The plan of a job that was made before, to change and to start again. Algorithms that are no longer known are left out. */
export function planOfJob(
  job: TuningJobResponse,
  split: SplitConfigResponse,
  evaluation: EvaluationConfigResponse,
): JobPlan {
  const { scheme } = split;
  const isOffered = isCommonScheme(scheme);
  const text = (value: number | null) => (value === null ? "" : String(value));
  return {
    trials: String(job.n_trials),
    algorithms: job.tried_algorithms_json?.map(findAlgorithm).filter((name) => name !== null) ?? null,
    scheme: isOffered ? scheme : "RG",
    seen: split.keeps_seen == null ? "usual" : split.keeps_seen ? "keep" : "leave-out",
    heldoutPercent: String(Number((split.heldout_ratio * 100).toFixed(2))),
    metric: evaluation.target_metric,
    cutoff: String(evaluation.cutoff),
    parallel: String(job.n_tasks_parallel),
    seed: text(job.random_seed),
    timeoutMinutes:
      job.timeout_overall === null ? "" : String(Math.max(1, Math.round(job.timeout_overall / 60))),
    trainAfter: job.train_after_tuning,
    deploy: job.deploy,
  };
}

/** The errors of a plan, by field; with the counts of the data, where they are known. */
export function checkPlan(
  plan: JobPlan,
  counts: Counts | null = null,
): Partial<Record<JobPlanField, string>> {
  const problems: Partial<Record<JobPlanField, string>> = {};
  const whole = (field: JobPlanField, low: number, high: number, optional = false) => {
    const text = String(plan[field]).trim();
    if (optional && text === "") return;
    const value = Number(text);
    if (text === "" || !Number.isInteger(value) || value < low || value > high) {
      problems[field] = t("tuning.wrong.whole", low, high);
    }
  };
  whole("trials", 1, MAX_TRIALS);
  whole("cutoff", 1, 10_000);
  whole("parallel", 1, MAX_PARALLEL_TRIALS);
  whole("seed", 0, 2 ** 31 - 1, true);
  whole("timeoutMinutes", 1, 24 * 60, true);
  const share = shareProblem(plan, counts);
  if (share !== null) problems.heldoutPercent = share;
  if (plan.algorithms?.length === 0) problems.algorithms = t("tuning.wrong.noAlgorithm");
  return problems;
}

/** Why a plan's share cannot be held out; null when it can. */
export function shareProblem(plan: JobPlan, counts: Counts | null): string | null {
  const percent = Number(plan.heldoutPercent);
  if (!(percent >= 1 && percent <= MAX_PERCENT)) return t("tuning.wrong.percent", MAX_PERCENT);
  return counts && heldOutProblem(counts, plan.scheme, percent);
}

/** The three requests of a valid plan; the answers of the first two give the ids for the third. */
export function toRequests(plan: JobPlan) {
  const optional = (text: string, scale = 1) => (text.trim() === "" ? null : Number(text) * scale);
  return {
    split: {
      ...{ scheme: plan.scheme, heldout_ratio: Number(plan.heldoutPercent) / 100 },
      ...keepsSeenOf(plan.scheme, plan.seen),
    },
    evaluation: { target_metric: plan.metric, cutoff: Number(plan.cutoff) },
    job: {
      n_trials: Number(plan.trials),
      n_tasks_parallel: Number(plan.parallel),
      random_seed: optional(plan.seed),
      timeout_overall: optional(plan.timeoutMinutes, 60),
      tried_algorithms_json: plan.algorithms && [...plan.algorithms],
      train_after_tuning: plan.trainAfter,
      deploy: plan.deploy,
    },
  };
}
