/**
 * The best value after a number of processor seconds of `edgewise tune`. A row for each trial that is better than all before it,
 * and one for the blend. With a test file, each of them is then fitted on all of the tuning data and measured there; this time
 * does not count.
 *
 * Run: node test/bench/search-curve.ts --data FILE [--test FILE] [any other option of `edgewise tune`; --jobs 1]
 */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { loadDataset } from "../../cli/files/load-dataset.ts";
import { testSettingsOf } from "../../cli/options/data-options.ts";
import { parseTuneOptions } from "../../cli/options/tune-options.ts";
import { createProgress, type Progress } from "../../cli/terminal/progress.ts";
import { measure } from "../../cli/tune/measure.ts";
import { runTune, type Tuned } from "../../cli/tune/run-tune.ts";
import { cutDataset } from "../../cli/tune/study-data.ts";
import type { Dataset } from "../../shared/engine/data/dataset.ts";
import { alignTest } from "../../shared/engine/split/align-test.ts";

interface Point {
  /** The number of the trial, or "blend". */
  readonly what: string;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly value: number;
  readonly cpuSeconds: number;
}

const options = parseTuneOptions(process.argv.slice(2));
const progress = createProgress(process.stderr);
const { settings } = options;
if (settings === null) throw new Error("The curve is of files of interactions.");
const dataset = await loadDataset(options.data, settings, progress);
const test =
  options.test === null ? null : await loadDataset(options.test, testSettingsOf(settings), progress);

const startedAt = cpuSeconds();
const secondsByTrial = new Map<number, number>();
const tuned = await runTune(cutDataset(dataset, null, options), options, watched(progress));
if (tuned === null) throw new Error("No trial was completed.");
const whole = cpuSeconds() - startedAt;
const peakMb = process.resourceUsage().maxRSS / 1024;

print(
  `${tuned.study.trials.length} trials, ${whole.toFixed(0)} processor seconds in all, ${peakMb.toFixed(0)} MB at the peak.`,
);
print(`| seconds | trial | algorithm | validation |${test ? " test |" : ""}`);
print(`| --- | --- | --- | --- |${test ? " --- |" : ""}`);
for (const point of curveOf(tuned)) {
  const { cpuSeconds: seconds, what, algorithm, value } = point;
  const cells = [seconds.toFixed(0), what, algorithm, value.toFixed(4)];
  if (test) cells.push(testValue(point, test, tuned).toFixed(4));
  print(`| ${cells.join(" | ")} |`);
}

print(`Chosen: --algorithm ${tuned.best.algorithm} --params '${JSON.stringify(tuned.best.params)}'`);

/** Records the processor time at the report of each trial. */
function watched(inner: Progress): Progress {
  return {
    ...inner,
    stage: (name) => inner.stage(`${(cpuSeconds() - startedAt).toFixed(1)} s, ${name}`),
    done(line) {
      const number = /^trial (\d+):/.exec(line)?.[1];
      if (number !== undefined) secondsByTrial.set(Number(number), cpuSeconds() - startedAt);
      inner.done(`${(cpuSeconds() - startedAt).toFixed(1)} s, ${line}`);
    },
  };
}

/** Each trial that was better than all before it, and the blend if it is better than all of them. */
function curveOf({ study, blend }: Tuned): Point[] {
  const points: Point[] = [];
  for (const { number, state, algorithm, params, value } of study.trials) {
    if (state !== "COMPLETE" || value === null || value <= (points.at(-1)?.value ?? -1)) continue;
    points.push({ what: `${number}`, algorithm, params, value, cpuSeconds: secondsByTrial.get(number) ?? 0 });
  }
  if (blend?.isBetter) {
    const { params, value } = blend;
    points.push({ what: "blend", algorithm: "Blend", params, value, cpuSeconds: whole });
  }
  return points;
}

function testValue({ algorithm, params }: Point, heldout: Dataset, { kernels }: Tuned): number {
  const { seed, metric, cutoff } = options;
  const { metrics } = measure({
    ...{ algorithm, params, seed, kernels, progress, cutoffs: [cutoff], intervalsOf: [] },
    ...{ train: dataset.userItems, test: alignTest(dataset, heldout) },
  });
  return metrics[`${metric}@${cutoff}`] as number;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
