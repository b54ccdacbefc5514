import type { AlgorithmName } from "#contract/algorithms.ts";
import { RANKING_METRICS, type RankingMetric } from "#engine/evaluate/metrics.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { PRUNERS, type PrunerName } from "#engine/tune/plan/study.ts";
import type { TrialBudgets } from "#engine/tune/sampler/choose-trial.ts";
import { algorithmNamed, algorithmsNamed } from "./algorithm-options.ts";
import { decimal, oneOf, pairsOf, parseOptions, required, type Values, wholeNumber } from "./command-line.ts";
import { DATA_OPTIONS, type ReadSettings, readSettingsOf } from "./data-options.ts";
import { FEATURE_OPTIONS, type FeatureSettings, featureSettingsOf } from "./feature-options.ts";
import { SEQUENCE_OPTIONS, type SequenceSettings, sequenceSettingsOf } from "./sequence-options.ts";
import { SPLIT_OPTIONS, type SplitValues, splitConfigOf } from "./split-options.ts";
import { UsageError } from "./usage-error.ts";

export const TUNE_OPTIONS = {
  data: { type: "string", value: "FILE", help: "interactions to tune on; --train means the same" },
  train: { type: "string", value: "FILE", help: "interactions to tune on" },
  test: {
    type: "string",
    value: "FILE",
    help: "measure the winner on this file, fitted on all of --data",
  },
  ...DATA_OPTIONS,
  ...FEATURE_OPTIONS,
  algorithms: {
    type: "string",
    value: "A,B",
    help: "algorithms to try; by default chosen by the size of the data",
  },
  trials: { type: "string", value: "50", help: "number of configurations to try" },
  budget: { type: "string", value: "IALS=20,…", help: "at most this many trials of an algorithm" },
  metric: { type: "string", value: RANKING_METRICS.join("|"), help: "metric to tune for; ndcg by default" },
  cutoff: { type: "string", value: "10", help: "length of the lists" },
  metrics: { type: "string", value: "hit,ndcg", help: "metrics of the test file; all by default" },
  timeout: {
    type: "string",
    value: "SECONDS",
    help: "after this time begin no trial, and abandon running ones",
  },
  seed: { type: "string", value: "42", help: "seed of all random choices" },
  jobs: { type: "string", value: "1", help: "trials at the same time, each on its own thread" },
  pruner: { type: "string", value: PRUNERS.join("|"), help: "how fits that look poor are stopped early" },
  resume: { type: "string", value: "FILE", help: "journal to write; an existing one is continued" },
  ...SPLIT_OPTIONS,
  ...SEQUENCE_OPTIONS,
  "validation-users": { type: "string", value: "N|all", help: "number of users that trials are measured on" },
  "memory-budget": {
    type: "string",
    value: "MB",
    help: "choose the best that fits this memory; a Worker has 120",
  },
  "no-blend": { type: "boolean", help: "do not blend the best models at the end" },
  json: { type: "boolean", help: "print one JSON object" },
} as const;

export interface TuneOptions {
  readonly data: string;
  readonly test: string | null;
  /** Null for files of sequences. */
  readonly settings: ReadSettings | null;
  /** Null for other files. */
  readonly sequences: SequenceSettings | null;
  readonly tables: FeatureSettings;
  /** Null: chosen by the size of the data. */
  readonly algorithms: readonly AlgorithmName[] | null;
  readonly budgets: TrialBudgets | null;
  readonly trialCount: number;
  readonly metric: RankingMetric;
  readonly cutoff: number;
  /** Of the test part. */
  readonly metrics: string;
  readonly timeoutMs: number | null;
  readonly seed: number;
  readonly jobs: number;
  readonly pruner: PrunerName;
  readonly journal: string | null;
  /** Null: the best split that the data allow. */
  readonly split: SplitConfig | null;
  /** Null: as many as can be measured quickly. */
  readonly validationUserCount: number | null;
  readonly triesBlend: boolean;
  /** MB of 10⁶ bytes; null: no limit. */
  readonly memoryBudgetMb: number | null;
  readonly isJson: boolean;
}

const DEFAULT_TRIALS = 50;
const MAX_JOBS = 64;

export type TuneValues = Values<typeof TUNE_OPTIONS>;

/** Throws `UsageError`. */
export function parseTuneOptions(args: readonly string[]): TuneOptions {
  return tuneOptionsOf(parseOptions(args, TUNE_OPTIONS));
}

/** Throws `UsageError`. */
export function tuneOptionsOf(values: TuneValues): TuneOptions {
  if (values.data !== undefined && values.train !== undefined) {
    throw new UsageError("--data and --train mean the same; give one of them.");
  }
  const sequences = sequenceSettingsOf(values);
  const settings = sequences ? null : readSettingsOf(values);
  const budgets = values.budget === undefined ? null : budgetsOf(values.budget);
  const algorithms =
    values.algorithms === undefined
      ? budgets && (Object.keys(budgets) as AlgorithmName[])
      : algorithmsNamed(values.algorithms);
  refuseIdleBudgets(algorithms, budgets);
  const { timeout, "validation-users": users = null } = values;
  const tables = featureSettingsOf(values);
  return {
    data: required("data", values.data ?? values.train),
    test: values.test ?? null,
    settings,
    sequences,
    tables,
    algorithms,
    budgets,
    trialCount:
      values.trials === undefined
        ? defaultTrials(algorithms, budgets)
        : wholeNumber("trials", values.trials, 1),
    metric: oneOf("metric", values.metric ?? "ndcg", RANKING_METRICS),
    cutoff: wholeNumber("cutoff", values.cutoff ?? "10", 1),
    metrics: values.metrics ?? "all",
    timeoutMs: timeout === undefined ? null : decimal("timeout", timeout, 0) * 1000,
    seed: wholeNumber("seed", values.seed ?? "42", 0),
    jobs: wholeNumber("jobs", values.jobs ?? "1", 1, MAX_JOBS),
    pruner: oneOf("pruner", values.pruner ?? "median", PRUNERS),
    journal: values.resume ?? null,
    split: settings && studySplitOf(values, settings, tables),
    validationUserCount: users === null ? null : userCountOf(users),
    triesBlend: algorithms === null && !values["no-blend"],
    memoryBudgetMb:
      values["memory-budget"] === undefined ? null : decimal("memory-budget", values["memory-budget"], 1),
    isJson: values.json ?? false,
  };
}

/** New items and users can be served by their properties alone, so a study of them needs a table. */
function studySplitOf(
  values: SplitValues,
  settings: ReadSettings,
  tables: FeatureSettings,
): SplitConfig | null {
  const split = splitConfigOf(values, settings);
  if (split?.scheme === "cold-items" && tables.item === null) {
    throw new UsageError(
      "--split cold-items needs --item-features: new items are known by their properties.",
    );
  }
  if (split?.scheme === "cold-users" && tables.user === null) {
    throw new UsageError(
      "--split cold-users needs --user-features: new users are known by their properties.",
    );
  }
  return split;
}

function budgetsOf(text: string): TrialBudgets {
  const pairs = [...pairsOf("budget", text)].map(([name, count]) => [
    algorithmNamed(name),
    wholeNumber("budget", count, 1),
  ]);
  return Object.fromEntries(pairs) as TrialBudgets;
}

function refuseIdleBudgets(algorithms: readonly AlgorithmName[] | null, budgets: TrialBudgets | null): void {
  const idle = Object.keys(budgets ?? {}).find((name) => !algorithms?.includes(name as AlgorithmName));
  if (idle !== undefined) throw new UsageError(`--budget: ${idle} is not among --algorithms.`);
}

/** The sum of the budgets when every algorithm has one. */
function defaultTrials(algorithms: readonly AlgorithmName[] | null, budgets: TrialBudgets | null): number {
  const counts = algorithms?.map((name) => budgets?.[name] ?? Number.NaN) ?? [];
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.length > 0 && !Number.isNaN(sum) ? sum : DEFAULT_TRIALS;
}

function userCountOf(text: string): number {
  return text === "all" ? Number.MAX_SAFE_INTEGER : wholeNumber("validation-users", text, 1);
}
