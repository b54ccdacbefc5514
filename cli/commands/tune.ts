import { ALGORITHMS } from "#contract/algorithms.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { isNextItem } from "#engine/split/split-config.ts";
import { withColumnsOf } from "../files/choose-columns.ts";
import { loadDataset } from "../files/load-dataset.ts";
import { withFeatures } from "../files/load-features.ts";
import { parseOptions } from "../options/command-line.ts";
import { type ReadSettings, testSettingsOf } from "../options/data-options.ts";
import { pickMetrics, wantedMetrics } from "../options/metric-options.ts";
import type { SequenceSettings } from "../options/sequence-options.ts";
import { TUNE_OPTIONS, type TuneOptions, tuneOptionsOf } from "../options/tune-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { paramsText, textTable } from "../terminal/text-table.ts";
import { type Measured, type MeasureInput, measure } from "../tune/measure.ts";
import { runTune, type Tuned } from "../tune/run-tune.ts";
import { notesOn, readSequenceStudy } from "../tune/sequence-study.ts";
import { cutDataset } from "../tune/study-data.ts";
import { type ColdResult, coldResult, coldRows, measureColdStart } from "./cold-start.ts";
import { type DescribeData, fromFiles, type HeldOutData } from "./held-out-data.ts";

export const tuneCommand: Command = {
  name: "tune",
  summary: "find the best algorithm and parameters",
  usage: "--data FILE [--test FILE] [options]",
  options: TUNE_OPTIONS,
  notes: `Each user's latest interactions are held out where times or order are known (--time-column, --ordered), random ones otherwise. If the test file has new items alone and --item-features describes them, or new users alone and --user-features does, items or users are held out.
A random hold-out can choose models that predict the next interactions less well: give --ordered if rows or lists are in order of time. Without --algorithms the best families are blended at the end, and the blend is kept if it wins. With --timeout a fifth of the time is reserved for the blend, and the result lists what was skipped. The same seed and --jobs give the same trials: with N jobs, the choice of a trial does not use the N - 1 trials before it.`,
  async run(args, io) {
    const given = parseOptions(args, TUNE_OPTIONS);
    const progress = createProgress(io.stderr);
    const options = tuneOptionsOf(await withColumnsOf(given, given.data ?? given.train, progress));
    const { sequences, settings } = options;
    const result = sequences
      ? await tuneSequences(sequences, options, progress)
      : await tuneInteractions(settings as ReadSettings, options, progress);
    writeResult(io, options.isJson, result, () => toText(result));
  },
};

async function tuneInteractions(
  settings: ReadSettings,
  options: TuneOptions,
  progress: Progress,
): Promise<TuneResult> {
  const needsOrder = options.algorithms?.some((name) => ALGORITHMS[name].needsTimes) ?? false;
  const isByNextItem = options.split !== null && isNextItem(options.split.scheme);
  if (isByNextItem && options.test !== null)
    throw new UsageError(
      `--split ${options.split.scheme} has a test part of its own; it does not go with --test.`,
    );
  const kept = { ...settings, keepsSequences: needsOrder || isByNextItem };
  const read = await loadDataset(options.data, kept, progress);
  const loaded = await withFeatures(read, options.tables, progress);
  const data = needsOrder ? withAges(loaded) : loaded;
  const test =
    options.test === null ? null : await loadDataset(options.test, testSettingsOf(settings), progress);
  const study = cutDataset(data, test, options);
  for (const note of notesOn(study)) progress.done(note);
  const tuned = await runTune(study, options, progress);
  if (tuned === null) throw new Error(failureText(options));
  const held =
    test && (await fromFiles(withoutFeatures(data), test, options.test ?? "", describeBy(options, progress)));
  for (const note of held?.notes ?? []) progress.done(note);
  const own = study.test && { ...study.test, coldUserCount: 0, unknownItemCount: 0 };
  const part = held ?? own ?? null;
  const measured = part && measureOnTest(part, tuned, options, progress);
  const cold = data.features ? measureNewcomers(data, tuned, options, progress) : undefined;
  progress.done(`Tuned in ${tuned.seconds.toFixed(1)} s.`);
  return { ...toResult(tuned, measured, options), ...(cold && { cold_start: cold }) };
}

async function tuneSequences(
  settings: SequenceSettings,
  options: TuneOptions,
  progress: Progress,
): Promise<TuneResult> {
  const { study, test } = await readSequenceStudy(options, settings, progress);
  for (const note of notesOn(study)) progress.done(note);
  const tuned = await runTune(study, options, progress);
  if (tuned === null) throw new Error(failureText(options));
  const measured =
    test && measureOnTest({ ...test, coldUserCount: 0, unknownItemCount: 0 }, tuned, options, progress);
  progress.done(`Tuned in ${tuned.seconds.toFixed(1)} s.`);
  return toResult(tuned, measured, options);
}

function failureText({ timeoutMs }: TuneOptions): string {
  return timeoutMs === null
    ? "no trial was completed; the lines above say why."
    : `no trial was completed within ${timeoutMs / 1000} s; raise --timeout.`;
}

function withoutFeatures({ features: _, ...dataset }: Dataset): Dataset {
  return dataset;
}

function describeBy({ tables }: TuneOptions, progress: Progress): DescribeData {
  return {
    sides: { items: tables.item !== null, users: tables.user !== null },
    withFeatures: (dataset) => withFeatures(dataset, tables, progress),
  };
}

type TestParts = Pick<
  MeasureInput,
  "train" | "test" | "features" | "candidates" | "sequences" | "sessions" | "queries"
> &
  Pick<HeldOutData, "coldUserCount" | "unknownItemCount">;
type MeasuredOnTest = Measured & Pick<HeldOutData, "coldUserCount" | "unknownItemCount">;

/** Fits the winner on all of the tuning data, and measures it on a file that no trial has seen. */
function measureOnTest(
  { coldUserCount, unknownItemCount, ...parts }: TestParts,
  { best: { algorithm, params }, kernels }: Tuned,
  { cutoff, seed, metrics }: TuneOptions,
  progress: Progress,
): MeasuredOnTest {
  const { cutoffs, rankingKeys } = wantedMetrics(metrics, String(cutoff));
  const measured = measure({
    ...{ algorithm, params, seed, progress, cutoffs, kernels },
    ...{ ...parts, intervalsOf: rankingKeys },
  });
  return { ...measured, coldUserCount, unknownItemCount };
}

/** Fits the winner twice more, without a fifth of the items and without a fifth of the users, and measures it on those. */
function measureNewcomers(
  dataset: Dataset,
  { best, kernels }: Tuned,
  { cutoff, seed }: TuneOptions,
  progress: Progress,
): ColdResult {
  const { algorithm, params } = best;
  const wanted = wantedMetrics("all", String(cutoff));
  const figures = measureColdStart(dataset, seed, ({ train, test, features, candidates }) =>
    measure({
      ...{ algorithm, params, seed, kernels, progress, train, test, features, candidates },
      ...{ cutoffs: wanted.cutoffs, intervalsOf: [] },
    }),
  );
  return coldResult(figures, wanted);
}

type TuneResult = ReturnType<typeof toResult> & { readonly cold_start?: ColdResult };

function toResult(tuned: Tuned, measured: MeasuredOnTest | null, options: TuneOptions) {
  const { best, bestTrial, study, plan, split, blend } = tuned;
  return {
    best: { algorithm: best.algorithm, params: best.params, value: best.value, trial: bestTrial },
    metric: `${options.metric}@${options.cutoff}`,
    trials: study.trials.map(({ number, algorithm, params, state, value, metrics, seconds, reason }) => ({
      ...{ number, algorithm, params, state, value, metrics, seconds },
      ...(reason !== undefined && { reason }),
    })),
    blend: blend && { ...blend, givenUp: undefined },
    given_up: tuned.givenUp,
    worker: workerResult(tuned.worker),
    split: { ...split.config, reason: split.reason },
    heldout_users: tuned.heldoutUserCount,
    validation_users: tuned.validationUserCount,
    algorithms: plan.algorithms,
    end: study.end,
    resumed_trials: tuned.resumedCount,
    seed: plan.seed,
    jobs: plan.jobs,
    seconds: rounded(tuned.seconds),
    ...(measured && { test: testResult(measured, options) }),
  };
}

function workerResult({ peakMb, reason, best }: Tuned["worker"]) {
  return { fits: reason === null, peak_memory_mb: Math.ceil(peakMb), reason, best_that_fits: best };
}

function testResult(measured: MeasuredOnTest, { cutoff, metrics }: TuneOptions) {
  const { keys, rankingKeys } = wantedMetrics(metrics, String(cutoff));
  const ci = rankingKeys.map((key) => {
    const { low = 0, high = 0 } = measured.intervals[key] ?? {};
    return [key, [low, high]] as const;
  });
  return {
    metrics: pickMetrics(measured.metrics, keys),
    ci: Object.fromEntries(ci) as Record<string, readonly [number, number]>,
    users: measured.users,
    cold_users: measured.coldUserCount,
    unknown_items: measured.unknownItemCount,
    fit_seconds: rounded(measured.fitSeconds),
    evaluate_seconds: rounded(measured.evaluateSeconds),
    peak_memory_mb: rounded(measured.peakMemoryMb),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** If a Worker cannot hold the winner: the reason, and the best trial that a Worker can hold. */
function workerLines({
  worker: { fits, reason, best_that_fits: best },
}: ReturnType<typeof toResult>): string[] {
  if (fits) return [];
  const why = `A Worker cannot train this: ${reason}`;
  if (best === null) return [why, "No trial fits a Worker."];
  return [
    why,
    `The best that fits: ${best.algorithm} with ${best.value.toFixed(4)} (--memory-budget chooses it)`,
    `  --algorithm ${best.algorithm} --params '${JSON.stringify(best.params)}'`,
  ];
}

type BlendParts = NonNullable<TuneResult["blend"]>["parts"];

function weightsText(parts: BlendParts, weight: "weight" | "coldItems" | "coldUsers"): string {
  const weighed = parts.filter((part) => (part[weight] ?? 0) > 0);
  return weighed.map((part) => `${part[weight]?.toFixed(2)} × ${part.algorithm}`).join(" and ");
}

/** A line for each segment of newcomers that has weights of its own. */
function segmentLines(parts: BlendParts): string[] {
  return (["coldItems", "coldUsers"] as const).flatMap((segment) => {
    const text = weightsText(parts, segment);
    return text === "" ? [] : [`  of new ${segment === "coldItems" ? "items" : "users"}: ${text}`];
  });
}

const BEST_SHOWN = 10;

function toText(result: TuneResult): string {
  const best = result.trials
    .filter(({ state }) => state === "COMPLETE")
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, BEST_SHOWN)
    .map(({ number, algorithm, value, seconds, params }) => [
      `  ${number}`,
      algorithm,
      (value ?? 0).toFixed(4),
      seconds.toFixed(1),
      paramsText(params),
    ]);
  const blend = result.blend
    ? [
        `Blend of ${weightsText(result.blend.parts, "weight")}: ` +
          `${result.blend.value.toFixed(4)}${result.blend.isBetter ? "" : ", which is not better"}`,
        ...segmentLines(result.blend.parts),
      ]
    : [];
  const test = result.test
    ? [
        "On the test part, fitted on all training data:",
        textTable(Object.entries(result.test.metrics).map(([key, value]) => [`  ${key}`, value.toFixed(4)])),
      ]
    : [];
  return [
    textTable([["  trial", "algorithm", result.metric, "seconds", "parameters"], ...best]),
    ...blend,
    ...result.given_up,
    `Best: ${result.best.algorithm} with ${result.metric} ${result.best.value.toFixed(4)} on validation`,
    `  --algorithm ${result.best.algorithm} --params '${JSON.stringify(result.best.params)}'`,
    ...workerLines(result),
    ...test,
    ...(result.cold_start
      ? ["New items and new users, a fifth of each held out:", textTable(coldRows(result.cold_start))]
      : []),
  ].join("\n");
}
