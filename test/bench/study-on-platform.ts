/**
 * The same study on the platform, through the local stack, and as the command runs it. Data, split, seed, number of trials and test
 * part are the same. Prints for both what the winner is worth on validation and on the test part, the seconds, those of the
 * processor, and the memory.
 *
 * `node test/bench/study-on-platform.ts DATA [--data ml-100k,ml-latest-small,gowalla] [--trials 40] [--parallel 4] [--jobs N]
 * [--platform-only] [--log]` where DATA is a folder with the public data sets, each in a folder of its own; `million` is generated.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ApiClient } from "#cli/demo/api-client.ts";
import { createNodeKernels } from "#cli/files/node-kernels.ts";
import { tryBlend } from "#cli/tune/blend-trial.ts";
import { KeptModels } from "#cli/tune/kept-models.ts";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { EvaluationConfigResponse, SplitConfigResponse } from "#contract/study-config.ts";
import type { TaskLogResponse } from "#contract/task.ts";
import type { TrialResponse } from "#contract/tuning-job.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { testSample } from "#engine/tune/plan/test-sample.ts";
import { finalEvaluation, finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import { defaultJobs } from "#scripts/stack/jobs.ts";
import { createWorld } from "../e2e/api-world.ts";
import { runCommandStudy } from "../setup/command-study.ts";
import { removeState, startTestStack } from "../setup/stack.ts";
import { millionRatings, type Row } from "./million-ratings.ts";
import { groupCpuSeconds, groupMemory } from "./process-memory.ts";

const SEED = 7;
const SPLIT = { scheme: "RG", heldout_ratio: 0.1, random_seed: 42 } as const;
const CUTOFF = 20;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: "ml-100k,ml-latest-small,gowalla" },
    trials: { type: "string", default: "40" },
    /** Trials in flight: what the dashboard suggests. */
    parallel: { type: "string", default: "4" },
    /** Of the stack, as at `npm start`. */
    jobs: { type: "string", default: String(defaultJobs()) },
    "platform-only": { type: "boolean", default: false },
    /** Print the job's trials, and its log with the seconds of each line. */
    log: { type: "boolean", default: false },
  },
});
const folder = positionals[0];
if (!folder) throw new Error("Name the folder of the public data sets.");

const READERS: Readonly<Record<string, () => Row[]>> = {
  "ml-100k": () => table("ml-100k/u.data", "\t", [0, 1, 3]),
  "ml-latest-small": () => table("ml-latest-small/ratings.csv", ",", [0, 1, 3]).slice(1),
  gowalla: () =>
    ["train.txt", "test.txt"].flatMap((name) =>
      lines(`gowalla/${name}`).flatMap((line) => {
        const [user = "", ...items] = line.trim().split(" ");
        return items.map((item, at) => [user, item, 1_600_000_000 + at] as const);
      }),
    ),
  million: () => millionRatings(),
};

function table(file: string, separator: string, columns: readonly [number, number, number]): Row[] {
  return lines(file).map((line) => {
    const [user = "", item = "", time = ""] = columns.map((at) => line.split(separator)[at]);
    return [user, item, Number(time)];
  });
}

function lines(file: string): string[] {
  return readFileSync(join(folder as string, file), "utf8")
    .split("\n")
    .filter(Boolean);
}

interface Result {
  readonly winner: string;
  readonly validation: number;
  readonly test: number;
  readonly seconds: number;
  /** Of the processor, in all processes. */
  readonly cpuSeconds: number;
  readonly memory: Memory;
}

/** MB. */
interface Memory {
  /** The largest process at its largest. */
  readonly process: number;
  /** All processes at their largest together. */
  readonly peak: number;
  /** All processes before the job, and when its compute processes have ended. */
  readonly before: number;
  readonly after: number;
}

function watchMemory(group: number) {
  let process = 0;
  let peak = 0;
  const look = (): number => {
    const found = groupMemory(group).map(({ mb }) => mb);
    const sum = found.reduce((total, mb) => total + mb, 0);
    process = Math.max(process, ...found);
    peak = Math.max(peak, sum);
    return sum;
  };
  const timer = setInterval(look, 250);
  return { look, peaks: () => ({ process, peak }), end: () => clearInterval(timer) };
}

const runtimesOf = (group: number) => groupMemory(group).filter(({ name }) => name === "workerd").length;

async function onPlatform(rows: readonly Row[]): Promise<Result> {
  const stack = await startTestStack({ jobs: Number(options.jobs) });
  const memory = watchMemory(stack.pid);
  try {
    const before = memory.look();
    const { client, upload, job, jobEnd, trials } = await createWorld(stack.url);
    const text = rows.map((row) => row.join(",")).join("\n");
    const data = await upload(`user,item,at\n${text}\n`);
    const split = await client.post<SplitConfigResponse>("split_config/", SPLIT);
    const evaluation = await client.post<EvaluationConfigResponse>("evaluation_config/", { cutoff: CUTOFF });
    const startedAt = performance.now();
    const cpuBefore = groupCpuSeconds(stack.pid);
    const { id } = await client.post<{ id: number }>("parameter_tuning_job/", {
      ...{ data: data.id, split: split.id, evaluation: evaluation.id, random_seed: SEED },
      ...{
        n_trials: Number(options.trials),
        n_tasks_parallel: Number(options.parallel),
        train_after_tuning: false,
      },
    });
    await jobEnd(id);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuSeconds = groupCpuSeconds(stack.pid) - cpuBefore;
    const {
      status,
      error,
      best_config: configuration,
      best_score: best,
      final_metrics: figures,
    } = await job(id);
    if (status !== "COMPLETED") throw new Error(`The job ended ${status}: ${error}`);
    if (options.log) await printLog(client, id, await trials(id));
    while (runtimesOf(stack.pid) > 1) await pause(250);
    const found = await client.get<{ recommender_class_name: string }>(
      `model_configuration/${configuration}/`,
    );
    return {
      winner: found.recommender_class_name.replace("Recommender", ""),
      ...{ validation: best ?? 0, test: figures?.winner[`ndcg@${CUTOFF}`] ?? 0, seconds, cpuSeconds },
      memory: { ...memory.peaks(), before, after: memory.look() },
    };
  } finally {
    memory.end();
    await stack.stop();
    removeState(stack.stateDir);
  }
}

async function printLog(client: ApiClient, id: number, trials: readonly TrialResponse[]): Promise<void> {
  for (const { number, algorithm, state, value, seconds, params } of trials)
    console.log(number, algorithm, state, value, seconds, JSON.stringify(params));
  const page = await client.get<{ results: TaskLogResponse[] }>(
    `task_log/?tuning_job_id=${id}&page_size=100`,
  );
  const lines = page.results.toReversed();
  const [first] = lines;
  for (const { updated_at: at, contents } of lines)
    console.log(((Date.parse(at) - Date.parse(first?.updated_at ?? at)) / 1000).toFixed(1), contents);
}

async function asCommand(dataset: Dataset): Promise<Result> {
  const kernels = await createNodeKernels();
  const kept = new KeptModels();
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const spec = {
    ...({ metric: "ndcg", cutoff: CUTOFF, algorithms: null, seed: SEED } as const),
    ...{ trialCount: Number(options.trials), parallelTrials: Number(options.parallel) },
    split: { ...SPLIT, seed: SPLIT.random_seed, n_heldout: null, test_user_ratio: 1, n_test_users: null },
  };
  const { trials, best, split, context } = await runCommandStudy(dataset, spec, kernels, kept);
  if (!best) throw new Error("No trial was completed.");
  const progress = { stage: () => {}, update: () => {}, done: () => {} };
  const blend = tryBlend({
    ...{ context, trials, kept, deadline: null, kernels, progress },
    weighsSegments: false,
  });
  const winner: { algorithm: AlgorithmName; params: AlgorithmParams; value: number | null } = blend?.isBetter
    ? { algorithm: "Blend", params: blend.params, value: blend.value }
    : best;
  const users = testSample(split.test, SPLIT.random_seed);
  const { algorithm, params } = winner;
  const parts = finalPartsOf(split);
  const measured = { parts, algorithm, params, cutoffs: [CUTOFF], users, kernels, seed: SPLIT.random_seed };
  const { metrics } = runToEnd(finalEvaluation(measured));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  kept.close();
  const peakMb = process.resourceUsage().maxRSS / 1000;
  return {
    winner: algorithm,
    ...{
      validation: winner.value ?? 0,
      test: metrics[`ndcg@${CUTOFF}`] ?? 0,
      seconds,
      cpuSeconds: (user + system) / 1e6,
    },
    memory: { process: peakMb, peak: peakMb, before: 0, after: 0 },
  };
}

async function datasetOf(rows: readonly Row[]): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: true });
  for (const [user, item, time] of rows) builder.add(user, item, 1, time);
  return (await builder.finish(async () => undefined)).dataset;
}

for (const name of options.data.split(",")) {
  const rows = READERS[name]?.();
  if (!rows) throw new Error(`No data set is called ${name}. Known: ${Object.keys(READERS).join(", ")}.`);
  show(name, "platform", await onPlatform(rows));
  if (!options["platform-only"]) show(name, "command", await asCommand(await datasetOf(rows)));
}

function show(data: string, where: string, { winner, validation, test, memory, ...spent }: Result): void {
  const mb = [memory.process, memory.peak, memory.before, memory.after].map((value) => value.toFixed(0));
  const cost = `${spent.seconds.toFixed(1)} s | ${spent.cpuSeconds.toFixed(1)} s | ${mb.join(" | ")} MB`;
  console.log(`| ${data} | ${where} | ${winner} | ${validation.toFixed(4)} | ${test.toFixed(4)} | ${cost} |`);
}
