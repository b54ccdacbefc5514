/**
 * A file that one isolate does not take, on the real stack: read in stages with the report of reading it in one go, also after a power
 * failure, and a model that is fitted in stages.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { DeletionResponse } from "#contract/deletion.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { gunzip } from "#platform/gunzip.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { objectKeys } from "./local-state.ts";
import { tasteCsv } from "./study-world.ts";

const START_TIMEOUT_MS = 300_000;
const TEST_TIMEOUT_MS = 300_000;
const COLUMNS = { user: "user", item: "item", time: "at" };
/** About ten ranges and partitions of the file. */
const settings = { EDGEWISE_ISOLATE_FILE_BYTES: "60000" };

let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 2, settings });
  world = await createWorld(stack.url);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

const csv = tasteCsv(600, 300, 40);

async function wholeReport(text: string) {
  const bytes = async function* () {
    yield new TextEncoder().encode(text);
  };
  const options = { columns: COLUMNS, gunzip, breathe: async () => {} };
  return (await buildDataset({ name: "data.csv", bytes: bytes() }, options)).report;
}

/** Objects that tasks of fitting a model have written. */
async function fits(): Promise<string[]> {
  return objectKeys(stack.stateDir, `projects/${world.project.id}/models/`).filter((key) =>
    key.includes(".fit/"),
  );
}

/** Objects that tasks of reading a file have written. */
async function shards(): Promise<string[]> {
  return objectKeys(stack.stateDir, `projects/${world.project.id}/datasets/`).filter((key) =>
    key.includes(".shards/"),
  );
}

const shardsGone = () => waitFor(shards, (keys) => keys.length === 0);

describe("a file larger than an isolate takes", () => {
  it(
    "has the report of reading it in one go, trains a model, and leaves nothing of its tasks",
    async () => {
      const row = await world.upload(csv);
      const whole = JSON.parse(JSON.stringify(await wholeReport(csv)));
      expect(row.report).toEqual({ ...whole, held_bytes: expect.any(Number) });
      await shardsGone();
      const study = await world.startTuning(row.id, { n_trials: 3 });
      const job = await world.jobEnd(study.id);
      expect(job).toMatchObject({
        status: "COMPLETED",
        final_metrics: { winner: expect.anything(), measured_on: { data: "all", of_users: 600 } },
      });
      const log = await world.client.get<unknown>(`task_log/?tuning_job_id=${study.id}`);
      expect(JSON.stringify(log)).toMatch(
        /trials use \d+ of 600 users\. A model with the best settings learns from all data/,
      );
      expect(await world.modelEnd(job.tuned_model ?? 0)).toMatchObject({
        status: "READY",
        metrics: job.final_metrics?.winner,
        work: { estimate: { messages: expect.any(Number) } },
      });
      await waitFor(
        async () => objectKeys(stack.stateDir, `projects/${world.project.id}/studies/`),
        (keys) => keys.length === 0,
      );
    },
    TEST_TIMEOUT_MS,
  );

  it(
    "has a model that many workers fit, which answers",
    async () => {
      const row = await world.upload(csv);
      const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
        project: world.project.id,
        recommender_class_name: "RP3betaRecommender",
        parameters_json: { top_k: 20 },
      });
      const body = { configuration: configuration.id, data_loc: row.id };
      const begun = await world.client.post<TrainedModelResponse>("trained_model/", body);
      const model = await world.modelEnd(begun.id);
      expect(model).toMatchObject({ status: "READY" });
      expect(model.work?.measured.messages).toBe(model.work?.estimate.messages);
      await waitFor(fits, (keys) => keys.length === 0);
      const path = `trained_model/${model.id}/recommendation/?user_id=u1&cutoff=10`;
      const answer = await world.client.get<{ results: unknown[] } | unknown[]>(path);
      expect(JSON.stringify(answer)).toMatch(/(.*"i\d+"){10}/);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    "is refused with the line in the file, and leaves nothing",
    async () => {
      const bytes = new TextEncoder().encode(csv);
      const line = 9_000;
      let at = 0;
      for (let row = 1; row < line; row++) at = bytes.indexOf(0x0a, at) + 1;
      bytes[at] = 0xff;
      await expect(world.upload(bytes)).rejects.toThrow(`Line ${line} is not valid UTF-8`);
      await shardsGone();
    },
    TEST_TIMEOUT_MS,
  );

  it(
    "is read again without a user who is erased, and leaves nothing of its tasks",
    async () => {
      const own = await createWorld(stack.url);
      const data = await own.upload(csv);
      const erasing = `project/${own.project.id}/erase_person/`;
      const { id } = await own.client.post<DeletionResponse>(erasing, { user_id: "u1" });
      const erased = await waitFor(
        async () => {
          await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
          return own.client.get<DeletionResponse>(`deletion/${id}/`);
        },
        ({ report: { person } }) => person?.problem != null || (person?.files ?? 0) > 0,
      );
      expect(erased.report.person).toMatchObject({ interaction_rows: 40, problem: null });
      const others = csv.replaceAll(/^u1,.*\n/gm, "");
      const { report } = await own.client.get<TrainingDataResponse>(`training_data/${data.id}/`);
      const { format: _how, ...facts } = JSON.parse(JSON.stringify(await wholeReport(others)));
      expect(report).toMatchObject(facts);
      await waitFor(
        async () => objectKeys(stack.stateDir, `projects/${own.project.id}/erased/`),
        (keys) => keys.every((key) => !key.includes(".shards/")),
      );
    },
    TEST_TIMEOUT_MS,
  );

  it(
    "is read to the end after the stack is killed in the middle",
    async () => {
      const uploaded = world.upload(csv).catch(() => null);
      await waitFor(shards, (keys) => keys.some((key) => key.includes("/map/")));
      const { stateDir, port } = stack;
      await stack.kill();
      await uploaded;
      stack = await startTestStack({ jobs: 2, settings, stateDir, port });
      const path = `training_data/?project=${world.project.id}&ordering=-id`;
      const { results } = await world.client.get<{ results: TrainingDataResponse[] }>(path);
      const [newest] = results;
      const row = await waitFor(
        () => world.client.get<TrainingDataResponse>(`training_data/${newest?.id}/`),
        ({ status }) => status === "READY" || status === "FAILED",
      );
      const whole = JSON.parse(JSON.stringify(await wholeReport(csv)));
      expect(row.report).toEqual({ ...whole, held_bytes: expect.any(Number) });
      await shardsGone();
    },
    TEST_TIMEOUT_MS,
  );
});
