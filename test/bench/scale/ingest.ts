/**
 * Upload and ingestion of made ratings through the local stack, and trainings on them: seconds, processor seconds, what the messages of each
 * stage took, the memory of the stack's processes, and what lists of the models take after a restart. Fails when a message takes more than 30 s of a processor.
 *
 * `node test/bench/scale/ingest.ts [--rows 1000000,5000000,20000000] [--jobs 2] [--train IALS,DegreeKNN [--evaluate]] [--tune 4] [--serve]`
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { LocalFile } from "#cli/demo/upload.ts";
import { uploadFile } from "#cli/demo/upload.ts";
import type { IngestionReport } from "#contract/ingestion.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { TaskLogResponse } from "#contract/task.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { createWorld, type World } from "../../e2e/api-world.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { groupCpuSeconds, groupMemory } from "../process-memory.ts";
import { madeRatings, shapeOf } from "./made-ratings.ts";
import { printMessages } from "./printed-messages.ts";
import { deploy, measureServing, type ServedModel } from "./serving.ts";

const LOOK_EVERY_MS = 250;

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000,5000000,20000000" },
    /** Processes for jobs, as at `npm start`. */
    jobs: { type: "string", default: "2" },
    /** Names in `TRAININGS`. */
    train: { type: "string", default: "" },
    /** Also measures each model that is trained: fits it to the training part of all data. */
    evaluate: { type: "boolean", default: false },
    /** Trials of a tuning job, whose winner is trained. */
    tune: { type: "string", default: "0" },
    /** Deploys the models of `--train` and measures their lists. */
    serve: { type: "boolean", default: false },
  },
});

const TRAININGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  IALS: { n_components: 64, train_epochs: 8 },
  DegreeKNN: { top_k: 100 },
};

async function measure(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-made-"));
  const stack = await startTestStack({ jobs: Number(options.jobs), measuresMessages: true });
  const peaks = new Map<string, number>();
  const looking = setInterval(() => {
    for (const [at, { name, mb }] of groupMemory(stack.pid).entries()) {
      const key = `${name} ${at}`;
      peaks.set(key, Math.max(peaks.get(key) ?? 0, mb));
    }
  }, LOOK_EVERY_MS);
  try {
    const file = writeRatings(join(folder, "ratings.csv"), rows);
    const world = await createWorld(stack.url);
    const columns = {
      user_column: "userId",
      item_column: "movieId",
      time_column: "timestamp",
      weight_column: "rating",
    };
    const project = await world.client.post<{ id: number }>("project/", { name: `made ${rows}`, ...columns });
    const cpuBefore = groupCpuSeconds(stack.pid);
    const startedAt = performance.now();
    let sentAt = startedAt;
    const row = await uploadFile(world.client, project.id, "training_data", file, (share) => {
      if (share === 1) sentAt = performance.now();
    });
    const endedAt = performance.now();
    const { users, items, interactions } = row.report as IngestionReport;
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.log(
      [
        `${rows} rows (${(file.size / 1e6).toFixed(0)} MB): ${users} users, ${items} items, ${interactions} interactions`,
        `upload ${seconds(startedAt, sentAt)} s, ingestion ${seconds(sentAt, endedAt)} s, together ${seconds(startedAt, endedAt)} s`,
        `processor ${(groupCpuSeconds(stack.pid) - cpuBefore).toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}`,
      ].join("\n  "),
    );
    const served: ServedModel[] = [];
    for (const name of options.train.split(",").filter(Boolean)) {
      const [cpu, from] = [groupCpuSeconds(stack.pid), performance.now()];
      const { id, status, error } = await train(world, row.id, project.id, name);
      const used = (groupCpuSeconds(stack.pid) - cpu).toFixed(1);
      const end = error ? `: ${error}` : "";
      console.log(
        `  ${name}: ${status} after ${seconds(from, performance.now())} s, processor ${used} s${end}`,
      );
      if (options.serve) served.push(await deploy(world, { project: project.id, name, model: id }));
      if (!options.evaluate || status !== "READY") continue;
      const [cpuOfModel, begunAt] = [groupCpuSeconds(stack.pid), performance.now()];
      const said = await evaluate(world, id);
      console.log(
        `  ${name} measured: ${said} after ${seconds(begunAt, performance.now())} s, processor ${(groupCpuSeconds(stack.pid) - cpuOfModel).toFixed(1)} s`,
      );
    }
    if (Number(options.tune) > 0) {
      const [cpu, from] = [groupCpuSeconds(stack.pid), performance.now()];
      const said = await tune(world, row.id, Number(options.tune));
      const used = (groupCpuSeconds(stack.pid) - cpu).toFixed(1);
      console.log(`  tuning: ${said} after ${seconds(from, performance.now())} s, processor ${used} s`);
    }
    printMessages(stack.printed());
    console.log(
      `  most resident: ${[...peaks].map(([name, mb]) => `${name} ${mb.toFixed(0)} MB`).join(", ")}`,
    );
    if (served.length > 0) await stack.stop();
    for (const model of served) await measureServing(stack.stateDir, model, users);
  } finally {
    clearInterval(looking);
    await stack.stop();
    removeState(stack.stateDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function train(
  world: World,
  data: number,
  project: number,
  name: string,
): Promise<TrainedModelResponse> {
  const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
    project,
    recommender_class_name: `${name}Recommender`,
    parameters_json: TRAININGS[name],
  });
  const body = { configuration: configuration.id, data_loc: data };
  const begun = await world.client.post<TrainedModelResponse>("trained_model/", body);
  return world.modelEnd(begun.id);
}

/** A measurement of a model's configuration. */
async function evaluate(world: World, model: number): Promise<string> {
  const split = await world.client.post<{ id: number }>("split_config/", {
    scheme: "RG",
    heldout_ratio: 0.1,
  });
  const evaluation = await world.client.post<{ id: number }>("evaluation_config/", { cutoff: 20 });
  const body = { split: split.id, evaluation: evaluation.id };
  const { tuning_job } = await world.client.post<{ tuning_job: number }>(
    `trained_model/${model}/evaluate/`,
    body,
  );
  const job = await world.jobEnd(tuning_job);
  await printLog(world, job.id);
  return figuresOf(job);
}

/** The lines of a job's log, with the seconds since the first. */
async function printLog(world: World, job: number): Promise<void> {
  const { results } = await world.client.get<{ results: TaskLogResponse[] }>(
    `task_log/?tuning_job_id=${job}`,
  );
  const times = results.map(({ ins_datetime: at }) => Date.parse(at));
  const first = Math.min(...times);
  for (const [at, { contents }] of results.entries()) {
    console.log(`    ${(((times[at] ?? first) - first) / 1000).toFixed(1)} s  ${contents}`);
  }
}

function figuresOf({ status, error, final_metrics: metrics }: TuningJobResponse): string {
  if (!metrics) return `${status}${error ? `: ${error}` : ""}`;
  const { winner, popularity, measured_on: on, of_sample: sample } = metrics;
  const scope = on && `${on.data}, ${on.users} of ${on.of_users} users`;
  return `${status} (${scope}), winner ${JSON.stringify(winner)}, popularity ${JSON.stringify(popularity)}, winner on the sample ${JSON.stringify(sample?.winner)}`;
}

/** A tuning job, and the training of its winner. */
async function tune(world: World, data: number, trials: number): Promise<string> {
  const begun = await world.startTuning(data, { n_trials: trials });
  const job = await world.jobEnd(begun.id);
  await printLog(world, job.id);
  if (job.tuned_model === null) return figuresOf(job);
  const model = await world.modelEnd(job.tuned_model);
  return `${figuresOf(job)}, model ${model.status}`;
}

function writeRatings(path: string, rows: number): LocalFile {
  const written = openSync(path, "w");
  for (const text of madeRatings(shapeOf(rows))) writeSync(written, text);
  closeSync(written);
  return {
    name: "ratings.csv",
    size: statSync(path).size,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      const file = openSync(path, "r");
      readSync(file, bytes, 0, bytes.length, start);
      closeSync(file);
      return bytes;
    },
  };
}

for (const rows of options.rows.split(",").map(Number)) await measure(rows);
