/** Guarantees under faults, on a separate real stack: killed in the middle, damaged artifacts, files that are not data. */
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UnusableFile } from "#cli/demo/upload.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { flipByteOfArtifact } from "./damage.ts";
import { tasteCsv } from "./study-world.ts";

const START_TIMEOUT_MS = 300_000;
const TEST_TIMEOUT_MS = 600_000;
/** Between two questions to a busy stack. */
const PING_MS = 50;

/** Short slices, so that a training of seconds has many checkpoints. */
const settings = { EDGEWISE_SLICE_MS: "150" };
let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startTestStack({ settings });
  world = await createWorld(stack.url);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function restart(): Promise<void> {
  await stack.kill();
  const { stateDir, port } = stack;
  stack = await startTestStack({ settings, stateDir, port });
}

describe("a stack that is killed", { timeout: TEST_TIMEOUT_MS }, () => {
  it("continues a study where it was, and counts no trial twice", async () => {
    const data = await world.upload(tasteCsv(400, 300, 30));
    const { id } = await world.startTuning(data.id, { n_trials: 12, train_after_tuning: false });
    const isDone = ({ state }: { state: string }) => state === "COMPLETE" || state === "PRUNED";
    const before = await waitFor(
      () => world.trials(id),
      (trials) => trials.filter(isDone).length >= 3,
    );
    await restart();
    const job = await world.jobEnd(id);
    expect(job.status).toBe("COMPLETED");
    const after = await world.trials(id);
    expect(after.map(({ number }) => number)).toEqual([...Array(12).keys()]);
    for (const trial of before.filter(isDone)) expect(after[trial.number]).toEqual(trial);
    expect(after.every(isDone)).toBe(true);
    expect(job.final_metrics?.winner["ndcg@10"]).toBeGreaterThan(0);
  });

  it("finishes a study after its search, with the same winner", async () => {
    const data = await world.upload(tasteCsv(700, 500, 40), "blended.csv");
    const settled = { n_trials: 10, random_seed: 5, train_after_tuning: false };
    const { id } = await world.startTuning(data.id, settled);
    const isDone = ({ state }: { state: string }) => state === "COMPLETE" || state === "PRUNED";
    await waitFor(
      () => world.trials(id),
      (trials) => trials.length === 10 && trials.every(isDone),
    );
    await restart();
    const job = await world.jobEnd(id);
    const log = await world.client.get<{ results: { contents: string }[] }>(`task_log/?tuning_job_id=${id}`);
    expect(log.results.some(({ contents }) => contents.startsWith("The best trials are blended"))).toBe(true);
    const same = await world.jobEnd((await world.startTuning(data.id, settled)).id);
    expect([job.status, same.status]).toEqual(["COMPLETED", "COMPLETED"]);
    expect(job.best_score).toBe(same.best_score);
    expect(job.final_metrics).toEqual(same.final_metrics);
    const bestOf = ({ best_config: configuration }: typeof job) =>
      world.client.get<ModelConfigurationResponse>(`model_configuration/${configuration}/`);
    expect((await bestOf(job)).parameters_json).toEqual((await bestOf(same)).parameters_json);
  });

  it("continues a training from its last checkpoint, and finishes it", async () => {
    const data = await world.upload(tasteCsv(800, 600, 40), "large.csv");
    const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
      project: world.project.id,
      name: "slow",
      recommender_class_name: "IALSRecommender",
      parameters_json: { n_components: 200, train_epochs: 24 },
    });
    const start = () =>
      world.client.post<TrainedModelResponse>("trained_model/", {
        configuration: configuration.id,
        data_loc: data.id,
      });
    const { id } = await start();
    const seen = await waitFor(
      () => world.client.get<TrainedModelResponse>(`trained_model/${id}/`),
      ({ progress }) => progress > 0.2,
    );
    expect(seen.status).toBe("TRAINING");
    await restart();
    const resumed = await world.client.get<TrainedModelResponse>(`trained_model/${id}/`);
    expect(resumed.progress).toBeGreaterThanOrEqual(seen.progress);
    const model = await world.modelEnd(id);
    expect(model).toMatchObject({ status: "READY", progress: 1, error: null });
    expect(model.filesize).toBeGreaterThan(0);
  });
});

describe("a damaged artifact", { timeout: TEST_TIMEOUT_MS }, () => {
  it("is refused, and the previous model keeps serving", async () => {
    const own = await createWorld(stack.url);
    const data = await own.upload(tasteCsv(120, 80, 12));
    const key = await own.predictKey();
    const predict = () =>
      own.client.post<{ model_id: number; items: unknown[] }>(
        `/inference/predict/project/${own.project.id}`,
        { user_id: "u1", cutoff: 5 },
        { "X-API-Key": key },
      );
    const train = async () => {
      const job = await own.jobEnd((await own.startTuning(data.id, { n_trials: 2 })).id);
      const { id } = await own.modelEnd(job.tuned_model as number);
      // Whether it goes live is decided after it is ready.
      return waitFor(
        () => own.client.get<TrainedModelResponse>(`trained_model/${id}/`),
        ({ deployment }) => deployment !== "",
      );
    };
    const first = await train();
    const second = await train();
    await stack.stop();
    flipByteOfArtifact(stack.stateDir, `projects/${own.project.id}/models/${second.id}.edgewise`);
    stack = await startTestStack({ settings, stateDir: stack.stateDir, port: stack.port });
    const served = await predict();
    expect(served.model_id).toBe(first.id);
    expect(served.items).toHaveLength(5);
    const direct = own.client.get(`trained_model/${second.id}/recommendation/?user_id=u1`);
    await expect(direct).rejects.toThrow(`Model ${second.id} integrity check failed.`);
  });
});

describe("a file that is no data", { timeout: TEST_TIMEOUT_MS }, () => {
  const csv = "user,item,at\nu1,i1,1700000000\n";
  const gzip = gzipSync(tasteCsv(50, 40, 10));
  it.each([
    ["only a header", "user,item,at\n", "data.csv", /header/i],
    [
      "an invalid delimiter",
      "user~item~at\nu1~i1~1700000000\n",
      "data.csv",
      /Column "at" not found.*separator seems to be another/,
    ],
    ["no user column", "person,item,at\nu1,i1,1700000000\n", "data.csv", /Column "user" not found/],
    ["no item column", "user,thing,at\nu1,i1,1700000000\n", "data.csv", /Column "item" not found/],
    ["no time column", "user,item,when\nu1,i1,1700000000\n", "data.csv", /Column "at" not found/],
    ["times that are none", "user,item,at\nu1,i1,soon\n", "data.csv", /Could not interpret "at" as datetime/],
    ["a line of 10 MB", `${csv}u2,${"x".repeat(10_000_000)},1700000000\n`, "data.csv", /line 3/i],
    [
      "bytes that are not UTF-8",
      Buffer.concat([Buffer.from(csv), Buffer.from([0x75, 0xff, 0xfe])]),
      "data.csv",
      /line 3/i,
    ],
    ["a gzip cut short", gzip.subarray(0, gzip.length - 20), "data.csv.gz", /gzip/i],
    [
      "only null ids",
      "user,item,at\n,i1,1700000000\n",
      "data.csv",
      /None of the 1 rows can be used.*user id/,
    ],
  ] as const)("is refused with the reason: %s", async (_name, content, fileName, reason) => {
    const refused = await world.upload(content, fileName).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnusableFile);
    expect((refused as Error).message).toMatch(reason);
  });

  it("is read if only its suffix names the wrong delimiter", async () => {
    const row = await world.upload("user;item;at\nu1;i1;1700000000\n");
    expect(row.report).toMatchObject({ accepted_rows: 1, format: { delimiter: ";" } });
  });

  it("is refused when it is empty", async () => {
    await expect(world.upload("", "data.csv")).rejects.toThrow("The submitted file is empty.");
  });

  it("keeps good rows beside bad ones, and says which were rejected", async () => {
    const row = await world.upload("user,item,at\nu1,i1,1700000000\n,i2,1700000000\nu2,i1,1700000001\n");
    expect(row.report).toMatchObject({ rows: 3, accepted_rows: 2, rejected_rows: 1 });
    expect(row.report?.rejected[0]).toMatchObject({ line: 3 });
  });

  it("ends a study of one user and one item with a clear reason", async () => {
    const data = await world.upload("user,item,at\nu1,i1,1700000000\n");
    const job = await world.jobEnd((await world.startTuning(data.id, { n_trials: 2 })).id);
    expect(job.status).toBe("FAILED");
    expect(job.error).toMatch(/heldout_ratio 0\.2 holds nothing out/);
  });

  it("measures with a cutoff larger than the catalogue", async () => {
    const data = await world.upload(tasteCsv(60, 15, 6));
    const evaluation = await world.client.post<{ id: number }>("evaluation_config/", { cutoff: 500 });
    const { id } = await world.startTuning(data.id, { n_trials: 2, evaluation: evaluation.id });
    expect((await world.jobEnd(id)).status).toBe("COMPLETED");
  });
});

describe("a busy stack", { timeout: TEST_TIMEOUT_MS }, () => {
  it("answers while a job runs", async () => {
    const data = await world.upload(tasteCsv(400, 300, 30));
    const { id } = await world.startTuning(data.id, { n_trials: 12, train_after_tuning: false });
    const answers: boolean[] = [];
    let isOver = false;
    const ended = world.jobEnd(id).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      answers.push((await fetch(`${stack.url}/api/ping/`)).ok);
      await pause(PING_MS);
    }
    expect((await ended).status).toBe("COMPLETED");
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.every(Boolean)).toBe(true);
  });
});
