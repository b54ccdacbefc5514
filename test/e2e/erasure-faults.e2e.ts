/**
 * The control plane on a real stack that is killed while it retrains, imports or deletes; jobs stay paused and revoked keys stay
 * revoked.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "#cli/demo/api-client.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { DeletionResponse } from "#contract/deletion.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { ModelComparison } from "#contract/model-comparison.ts";
import type { Page } from "#contract/primitives.ts";
import type { RetrainingRunResponse, RetrainingScheduleResponse } from "#contract/retraining.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { objectKeys, rowsOf, tablesWithProject } from "./local-state.ts";
import { tasteCsv } from "./study-world.ts";

const START_TIMEOUT_MS = 300_000;
/** A deletion looks again a minute after it has deleted everything, and a killed import is given up after a minute. */
const TEST_TIMEOUT_MS = 600_000;

const settings = { EDGEWISE_SLICE_MS: "150", EDGEWISE_KEY_MEMORY_MS: "100" };
let stack: TestStack;
/** The first account is the administrator. */
let administrator: World;

beforeAll(async () => {
  stack = await startTestStack({ settings });
  administrator = await createWorld(stack.url);
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

/** The platform's work of each minute. */
async function tick(): Promise<void> {
  await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
}

/** A tick for a wait of minutes, at every fifth question: it runs all stages of the cron, and a question is one request. */
function rareTick(): () => Promise<void> {
  let questions = 0;
  return async () => {
    if (questions++ % 5 === 0) await tick();
  };
}

const isRefused = (status: number) => (error: unknown) => {
  if (error instanceof ApiError && error.status === status) return status;
  throw error;
};

async function slowSchedule(world: World): Promise<RetrainingScheduleResponse> {
  const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
    project: world.project.id,
    recommender_class_name: "IALSRecommender",
    parameters_json: { n_components: 200, train_epochs: 24 },
  });
  return world.client.post("retraining_schedule/", {
    project: world.project.id,
    is_enabled: true,
    cron_expression: "0 0 1 1 *",
    model_configuration: configuration.id,
    auto_deploy: true,
  });
}

/** The archive of a project with a model. */
async function archiveOf(world: World): Promise<Uint8Array<ArrayBuffer>> {
  const headers = await world.session();
  const response = await fetch(`${stack.url}/api/v1/project/${world.project.id}/export/`, { headers });
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

/** Sends half of an archive and then nothing more. */
function importHalf(archive: Uint8Array<ArrayBuffer>, headers: Record<string, string>): void {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="p.tar"\r\n\r\n';
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(head));
      controller.enqueue(archive.subarray(0, archive.length - 4_096));
    },
  });
  const type = { "Content-Type": "multipart/form-data; boundary=b" };
  const request = { method: "POST", headers: { ...headers, ...type }, body, duplex: "half" } as RequestInit;
  // The request ends with the stack.
  fetch(`${stack.url}/api/v1/project_import/`, request).catch(() => undefined);
}

const deletions = (client: World["client"], query: string) =>
  client.get<Page<DeletionResponse>>(`deletion/?${query}`).then((page) => page.results);

describe("a stack that is killed during a retraining run, an import and a deletion", () => {
  it("ends the first, rolls back the second, and leaves nothing of the third", {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const doomed = await createWorld(stack.url);
    for (let n = 0; n < 30; n++) await doomed.upload("user,item,at\nu1,i1,1700000000\n", `d${n}.csv`);
    const job = await doomed.jobEnd(
      (await doomed.startTuning((await doomed.upload(tasteCsv(60, 40, 8))).id, { n_trials: 2 })).id,
    );
    await doomed.modelEnd(job.tuned_model as number);
    await doomed.predictKey();
    const importer = await createWorld(stack.url);

    const kept = await createWorld(stack.url);
    const data = await kept.upload(tasteCsv(1_200, 1_000, 50), "large.csv");
    const archive = await archiveOf(doomed);
    const schedule = await slowSchedule(kept);
    const triggered = await kept.client.post<{ run: number }>(
      `retraining_schedule/${schedule.id}/trigger/`,
      {},
    );
    await waitFor(
      () => kept.client.get<Page<TrainedModelResponse>>(`trained_model/?data_loc=${data.id}`),
      ({ results }) => (results[0]?.progress ?? 0) > 0.1,
    );
    importHalf(archive, await importer.session());
    const [order] = await waitFor(
      () => deletions(importer.client, "kind=IMPORT"),
      (rows) => rows.length === 1,
    );
    const path = `${stack.url}/api/v1/project/${doomed.project.id}/`;
    fetch(path, { method: "DELETE", headers: await doomed.session() }).catch(() => undefined);
    const isGone = () => doomed.client.get(`project/${doomed.project.id}/`).then(() => 200, isRefused(404));
    await waitFor(isGone, (status) => status === 404);
    await restart();

    const run = await waitFor(
      () => kept.client.get<RetrainingRunResponse>(`retraining_run/${triggered.run}/`),
      ({ status }) => status !== "RUNNING" && status !== "PENDING",
    );
    expect(run).toMatchObject({ status: "COMPLETED", deployment: "Deployed: nothing was live yet." });
    const model = await kept.client.get<TrainedModelResponse>(`trained_model/${run.trained_model}/`);
    expect(model).toMatchObject({ status: "READY", progress: 1 });
    for (const [client, query] of [
      [doomed.client, `project=${doomed.project.id}`],
      [importer.client, "kind=IMPORT"],
    ] as const) {
      const tickAtTimes = rareTick();
      await waitFor(
        async () => {
          await tickAtTimes();
          return deletions(client, query);
        },
        ([row]) => row?.status === "COMPLETED",
      );
    }
    const [report] = await deletions(doomed.client, `project=${doomed.project.id}`);
    expect(report?.report.rows).toMatchObject({ project: 1 });
    await stack.stop();
    try {
      for (const id of [doomed.project.id, order?.project ?? 0]) {
        const left = tablesWithProject(stack.stateDir, id);
        // The record of who deleted it stays, and so does the report.
        const { audit_entry: _audit, deletion: _report, ...rest } = left;
        expect(rest).toEqual({});
        expect(rowsOf(stack.stateDir, "project", "id = ?", id)).toEqual([]);
        expect(objectKeys(stack.stateDir, `projects/${id}/`)).toEqual([]);
      }
      expect(rowsOf(stack.stateDir, "split_config", "import_id is not null")).toEqual([]);
      expect(objectKeys(stack.stateDir, `projects/${kept.project.id}/`)).toContain(
        `projects/${kept.project.id}/models/${model.id}.edgewise`,
      );
      expect(objectKeys(stack.stateDir, `projects/${kept.project.id}/`).join()).not.toContain("checkpoint");
    } finally {
      stack = await startTestStack({ settings, stateDir: stack.stateDir, port: stack.port });
    }
  });
});

describe("a user who is erased", { timeout: TEST_TIMEOUT_MS }, () => {
  it("is in no file and in no model any more, and all other users are unchanged", async () => {
    const world = await createWorld(stack.url);
    const data = await world.upload(tasteCsv(60, 40, 8));
    const job = await world.jobEnd((await world.startTuning(data.id, { n_trials: 2 })).id);
    const model = await world.modelEnd(job.tuned_model as number);
    const headers = await world.session();
    const file = async () => {
      const url = `${stack.url}/api/v1/training_data/${data.id}/download_file/`;
      return (await fetch(url, { headers })).text();
    };
    const lines = (await file()).split("\n");
    const recommendation = (user: string) =>
      world.client.get<unknown[]>(`trained_model/${model.id}/recommendation/?user_id=${user}`);
    const neighbours = await recommendation("u2");
    const body = { user_id: "u1" };
    const path = `project/${world.project.id}/erase_person/`;
    const { id } = await world.client.post<DeletionResponse>(path, body);
    const { report } = await waitFor(
      async () => {
        await tick();
        return world.client.get<DeletionResponse>(`deletion/${id}/`);
      },
      (shown) => shown.report.person?.models === 1 && shown.report.person.files === 1,
    );
    expect(report.person).toMatchObject({ interaction_rows: 8, problem: null });
    expect((await file()).split("\n")).toEqual(lines.filter((line) => !line.startsWith("u1,")));
    await expect(recommendation("u1")).rejects.toThrow("User 'u1' not found.");
    expect(await recommendation("u2")).toEqual(neighbours);
    const rows = await world.client.get<{ report: { users: number } }>(`training_data/${data.id}/`);
    expect(rows.report.users).toBe(59);
    const again = await world.jobEnd((await world.startTuning(data.id, { n_trials: 1 })).id);
    expect(again.status).toBe("COMPLETED");
  });
});

describe("a retrained model", { timeout: TEST_TIMEOUT_MS }, () => {
  it("is measured beside the one that serves, on the same data, and stands beside it", async () => {
    const world = await createWorld(stack.url);
    const { client, project } = world;
    const data = await world.upload(tasteCsv(200, 120, 15));
    const configurationOf = (parameters_json: object) =>
      client.post<ModelConfigurationResponse>("model_configuration/", {
        project: project.id,
        recommender_class_name: "CosineKNNRecommender",
        parameters_json,
      });
    const serving = await configurationOf({ top_k: 50 });
    const body = { configuration: serving.id, data_loc: data.id };
    const first = await world.modelEnd((await client.post<TrainedModelResponse>("trained_model/", body)).id);
    const newer = await world.upload(tasteCsv(220, 120, 15, 9));
    const schedule = await client.post<RetrainingScheduleResponse>("retraining_schedule/", {
      project: project.id,
      is_enabled: true,
      cron_expression: "0 0 1 1 *",
      model_configuration: (await configurationOf({ top_k: 1 })).id,
      auto_deploy: true,
      deploy_tolerance: 1,
    });
    const { run: runId } = await client.post<{ run: number }>(
      `retraining_schedule/${schedule.id}/trigger/`,
      {},
    );
    const run = await waitFor(
      () => client.get<RetrainingRunResponse>(`retraining_run/${runId}/`),
      ({ status }) => status !== "RUNNING" && status !== "PENDING",
    );
    expect(run).toMatchObject({ status: "COMPLETED", error_message: "" });
    expect(run.deployment).toMatch(
      /^Deployed: ndcg@20 0\.\d+, version 1 has 0\.\d+ on the same test part \([\da-f]{8}\)\.$/,
    );
    const job = await world.job(run.tuning_job as number);
    expect(job).toMatchObject({ data: newer.id, n_trials: 1 });
    const { winner, serving: rival, intervals } = job.final_metrics ?? {};
    const name = "ndcg@20";
    for (const [metrics, bounds] of [
      [winner, intervals?.winner],
      [rival, intervals?.serving],
    ] as const) {
      expect(metrics?.[name]).toBeGreaterThan(bounds?.[name]?.low ?? 1);
      expect(metrics?.[name]).toBeLessThan(bounds?.[name]?.high ?? 0);
    }
    const { tuning_job: measuring } = await client.post<{ tuning_job: number }>(
      `trained_model/${first.id}/evaluate/`,
      { split: job.split, evaluation: job.evaluation },
    );
    expect((await world.jobEnd(measuring)).status).toBe("COMPLETED");
    const both = await client.get<ModelComparison>(
      `trained_model/compare/?ids=${first.id},${run.trained_model}`,
    );
    expect(both.models.map((model) => model.lineage.parent)).toEqual([null, first.id]);
    expect(both.models.map((model) => model.is_serving)).toEqual([false, true]);
    // The measurement on the job's own data stays with the job; next to the new model, it is shown as the run measured it.
    expect(both.models[0]?.measurement?.metrics[name]).toBe(rival?.[name]);
    expect(both.models[1]?.measurement?.metrics[name]).toBe(winner?.[name]);
    expect(both.models.every((model) => (model.training_seconds ?? 0) > 0)).toBe(true);
    expect(both).toMatchObject({ is_comparable: true, test_part: job.test_part });
    const own = await client.get<TrainedModelResponse>(`trained_model/${first.id}/`);
    expect(own.test_part).toBe((await world.job(measuring)).test_part);
    expect(own.test_part).not.toBe(job.test_part);
  });
});

describe("a paused tuning job", () => {
  it("stays paused through a kill, and continues on request", {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const world = await createWorld(stack.url);
    const data = await world.upload(tasteCsv(200, 150, 15));
    const { id } = await world.startTuning(data.id, { n_trials: 8, train_after_tuning: false });
    const steer = (name: string) =>
      world.client.post<TuningJobResponse>(`parameter_tuning_job/${id}/${name}/`, {});
    const done = async () => (await world.trials(id)).filter((trial) => trial.value !== null).length;
    await waitFor(done, (count) => count >= 1);
    expect((await steer("pause")).status).toBe("PAUSED");
    await waitFor(
      () => world.trials(id),
      (trials) => trials.every((trial) => trial.state !== "RUNNING"),
    );
    const before = await done();
    await restart();
    await tick();
    expect([(await world.job(id)).status, await done()]).toEqual(["PAUSED", before]);
    expect((await steer("resume")).status).toBe("RUNNING");
    expect((await world.jobEnd(id)).status).toBe("COMPLETED");
    expect(await done()).toBe(8);
  });
});

describe("an API key at the edge", () => {
  it("stops when it is revoked, and when its owner's account is closed", {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const world = await createWorld(stack.url);
    const data = await world.upload(tasteCsv(60, 40, 8));
    const job = await world.jobEnd((await world.startTuning(data.id, { n_trials: 1 })).id);
    await world.modelEnd(job.tuned_model as number);
    const serve = async (key: string) => {
      const headers = { "X-API-Key": key, "Content-Type": "application/json" };
      const url = `${stack.url}/inference/predict/project/${world.project.id}`;
      return (await fetch(url, { method: "POST", headers, body: '{"user_id":"u1"}' })).status;
    };
    const body = { project: world.project.id, name: "edge", scopes: ["predict"] };
    const made = await world.client.post<ApiKeyCreatedResponse>("api_keys/", body);
    expect(await serve(made.key)).toBe(200);
    await world.client.post(`api_keys/${made.id}/revoke/`, {});
    await waitFor(
      () => serve(made.key),
      (status) => status === 401,
    );
    const second = await world.predictKey();
    expect(await serve(second)).toBe(200);
    const { pk } = await world.client.get<{ pk: number }>("auth/user/");
    await administrator.client.post(`users/${pk}/deactivate/`, {});
    await waitFor(
      () => serve(second),
      (status) => status === 401,
    );
    await administrator.client.post(`users/${pk}/activate/`, {});
    await waitFor(
      () => serve(second),
      (status) => status === 200,
    );
  });
});
