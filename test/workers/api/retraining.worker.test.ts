import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pageOf } from "../../../shared/contract/primitives.ts";
import {
  retrainingRunResponse,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "../../../shared/contract/retraining.ts";
import { retrainingRun } from "../../../workers/core/db/retraining-schema.ts";
import { deploymentSlot, trainedModel, tuningJob, user } from "../../../workers/core/db/schema.ts";
import { driveRetraining } from "../../../workers/core/services/retraining-runs.ts";
import { settleTraining } from "../../../workers/core/services/trainings.ts";
import { bodyOf, createProject, join, type Person, readAs, type TestApi, testApi } from "../runtime/api.ts";
import { post, readyData, readyModel } from "../runtime/study.ts";

const HOUR_MS = 3_600_000;
const runs = pageOf(retrainingRunResponse);
type Settled = Parameters<typeof settleTraining>[1];

interface Setup {
  readonly api: TestApi;
  readonly ann: Person;
  readonly projectId: number;
  readonly dataId: number;
  readonly configurationId: number;
}

async function setUp(): Promise<Setup> {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: projectId } = await createProject(ann);
  const dataId = await readyData(projectId);
  const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
  const configurationId = await post(ann, "/model_configuration/", configuration);
  return { api, ann, projectId, dataId, configurationId };
}

/** An enabled schedule that trains each hour. */
async function hourly({ ann, projectId, configurationId }: Setup, overrides: object = {}) {
  const body = {
    project: projectId,
    is_enabled: true,
    cron_expression: "0 * * * *",
    model_configuration: configurationId,
    ...overrides,
  };
  return readAs(retrainingScheduleResponse, await ann.call("POST", "/retraining_schedule/", body), 201);
}

/** The effects so many hours from now: for the cron alone, since tokens last minutes. */
function hoursLater({ api }: Setup, hours = 1): TestApi["deps"] {
  return { ...api.deps, clock: () => api.deps.clock() + hours * HOUR_MS };
}

async function runsOf({ ann }: Setup, schedule: { id: number }) {
  return (await readAs(runs, await ann.call("GET", `/retraining_run/?schedule=${schedule.id}`))).results;
}

async function trigger({ ann }: Setup, schedule: { id: number }) {
  const response = await ann.call("POST", `/retraining_schedule/${schedule.id}/trigger/`);
  return (await readAs(retrainingTriggered, response, 202)).run;
}

/** Ends a training as its coordinator does. */
async function endTraining({ api }: Setup, modelId: number, lastError: string | null = null) {
  const [row] = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  if (!row) throw new Error("no such model");
  const spec = {
    modelId,
    projectId: row.projectId,
    artifactKey: `projects/${row.projectId}/models/${modelId}.e`,
  };
  const job = { spec, result: lastError === null ? { bytes: 3 } : null, task: { lastError } };
  await settleTraining(api.deps, job as unknown as Settled);
}

async function defaultSlot({ api, projectId }: Setup) {
  const [slot] = await api.deps.db
    .select()
    .from(deploymentSlot)
    .where(eq(deploymentSlot.projectId, projectId));
  return slot;
}

async function onlyModelId({ api, projectId }: Setup): Promise<number> {
  const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, projectId));
  return Math.max(...rows.map((row) => row.id));
}

/** The trainings of this project that were asked for; other tests' schedules come due in the same database. */
async function trainingsOf({ api, projectId }: Setup): Promise<number[]> {
  const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, projectId));
  const own = new Set(rows.map((row) => row.id));
  return api.calls.flatMap(([name, id]) => (name === "train" && own.has(Number(id)) ? [Number(id)] : []));
}

describe("a retraining schedule", () => {
  it("is made with the original's defaults, and one per project", async () => {
    const { ann, projectId } = await setUp();
    const body = { project: projectId };
    const made = await readAs(
      retrainingScheduleResponse,
      await ann.call("POST", "/retraining_schedule/", body),
      201,
    );
    expect(made).toMatchObject({
      is_enabled: false,
      cron_expression: "0 2 * * 0",
      training_data: null,
      retune: false,
      max_retries: 3,
      notify_on_failure: true,
      auto_deploy: false,
      keep_versions: 5,
      next_run_at: null,
      last_run_status: null,
    });
    expect(made.next_runs).toHaveLength(5);
    const again = await ann.call("POST", "/retraining_schedule/", body);
    expect([again.status, await bodyOf(again)]).toEqual([
      400,
      { project: ["retraining schedule with this project already exists."] },
    ]);
  });

  it("is due at the next time of its expression while it is enabled", async () => {
    const setup = await setUp();
    const made = await hourly(setup);
    expect(made.next_run_at).toBe(made.next_runs[0]);
    const path = `/retraining_schedule/${made.id}/`;
    const off = await readAs(
      retrainingScheduleResponse,
      await setup.ann.call("PATCH", path, { is_enabled: false }),
    );
    expect(off.next_run_at).toBeNull();
    expect((await setup.ann.call("DELETE", path)).status).toBe(204);
  });

  it.each([
    [{ cron_expression: "0 2 * *" }, "cron_expression"],
    [{ cron_expression: "a b c d e" }, "cron_expression"],
    [{ cron_expression: "0 0 31 2 *" }, "cron_expression"],
    [{ is_enabled: "maybe" }, "is_enabled"],
    [{ max_retries: "x" }, "max_retries"],
    [{ keep_versions: 0 }, "keep_versions"],
    [{ deploy_tolerance: 1.5 }, "deploy_tolerance"],
    [{ project: 999_999 }, "project"],
  ])("refuses %j", async (body, field) => {
    const { ann, projectId } = await setUp();
    const response = await ann.call("POST", "/retraining_schedule/", { project: projectId, ...body });
    expect([response.status, Object.keys((await bodyOf(response)) as object)]).toEqual([400, [field]]);
  });

  it("names nobody else's data, configuration, split or evaluation, nor those of another project", async () => {
    const { api, ann, projectId, dataId, configurationId } = await setUp();
    const bob = await join(api);
    const foreign = {
      training_data: dataId,
      model_configuration: configurationId,
      split_config: await post(ann, "/split_config/", {}),
      evaluation_config: await post(ann, "/evaluation_config/", {}),
    };
    const { id: bobs } = await createProject(bob);
    const { id: other } = await createProject(ann);
    for (const [field, id] of Object.entries(foreign)) {
      const body = { project: bobs, [field]: id };
      expect((await bob.call("POST", "/retraining_schedule/", body)).status).toBe(400);
    }
    for (const field of ["training_data", "model_configuration"] as const) {
      const body = { project: other, [field]: foreign[field] };
      expect((await ann.call("POST", "/retraining_schedule/", body)).status).toBe(400);
    }
    const body = { project: projectId };
    expect(await bodyOf(await bob.call("POST", "/retraining_schedule/", body))).toEqual({
      project: ["Project not found."],
    });
  });

  it("and its runs do not exist for others", async () => {
    const setup = await setUp();
    const made = await hourly(setup);
    const run = await trigger(setup, made);
    const bob = await join(setup.api);
    for (const [method, path] of [
      ["GET", `/retraining_schedule/${made.id}/`],
      ["PATCH", `/retraining_schedule/${made.id}/`],
      ["DELETE", `/retraining_schedule/${made.id}/`],
      ["POST", `/retraining_schedule/${made.id}/trigger/`],
      ["GET", `/retraining_run/${run}/`],
    ] as const) {
      expect((await bob.call(method, path, method === "GET" ? undefined : {})).status).toBe(404);
    }
    const listed = await readAs(runs, await bob.call("GET", `/retraining_run/?schedule=${made.id}`));
    expect(listed.count).toBe(0);
  });
});

describe("a retraining run", () => {
  it("begins when it is due, once, trains, and ends with the model", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    await driveRetraining(setup.api.deps);
    expect(await runsOf(setup, schedule)).toHaveLength(0);
    await driveRetraining(hoursLater(setup));
    await driveRetraining(hoursLater(setup));
    const modelId = await onlyModelId(setup);
    expect(await trainingsOf(setup)).toEqual([modelId]);
    await endTraining(setup, modelId);
    const [run, ...others] = await runsOf(setup, schedule);
    expect(others).toHaveLength(0);
    expect(run).toMatchObject({
      status: "COMPLETED",
      trained_model: modelId,
      trigger: "CRON",
      error_message: "",
    });
    expect(await defaultSlot(setup)).toBeUndefined();
  });

  it("is made once by two crons at the same time", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    await Promise.all([driveRetraining(hoursLater(setup)), driveRetraining(hoursLater(setup))]);
    expect(await runsOf(setup, schedule)).toHaveLength(1);
    expect(await trainingsOf(setup)).toHaveLength(1);
  });

  it("is skipped when nothing is new, but not when somebody asks for it", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    await trigger(setup, schedule);
    await endTraining(setup, await onlyModelId(setup));
    await driveRetraining(hoursLater(setup));
    const [skipped] = await runsOf(setup, schedule);
    expect(skipped).toMatchObject({
      status: "SKIPPED",
      error_message: expect.stringMatching(/^Nothing new/),
    });
    await readyData(setup.projectId);
    await driveRetraining(hoursLater(setup, 2));
    expect((await runsOf(setup, schedule))[0]?.status).toBe("RUNNING");
    await endTraining(setup, await onlyModelId(setup));
    setup.api.advance(1);
    expect(await trigger(setup, schedule)).not.toBeNull();
  });

  it("is one at a time in a project, and none while the schedule is disabled", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    expect(await trigger(setup, schedule)).not.toBeNull();
    setup.api.advance(1);
    expect(await trigger(setup, schedule)).toBeNull();
    await driveRetraining(hoursLater(setup));
    expect(await runsOf(setup, schedule)).toHaveLength(1);
    const other = await setUp();
    const disabled = await hourly(other, { is_enabled: false });
    expect(await trigger(other, disabled)).toBeNull();
  });

  it("is skipped without anything to do, with the original's reason", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { model_configuration: null });
    await trigger(setup, schedule);
    const [run] = await runsOf(setup, schedule);
    expect(run).toMatchObject({
      status: "SKIPPED",
      error_message: "No model configuration or retune settings",
    });
    const shown = await setup.ann.call("GET", `/retraining_schedule/${schedule.id}/`);
    expect(await readAs(retrainingScheduleResponse, shown)).toMatchObject({ last_run_status: "SKIPPED" });
  });

  it("tries again with longer and longer waits, then has failed", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { max_retries: 2 });
    await trigger(setup, schedule);
    for (const minutes of [1, 2]) {
      await endTraining(setup, await onlyModelId(setup), "the kernel gave up");
      setup.api.advance(minutes * 60_000 - 1);
      await driveRetraining(setup.api.deps);
      expect((await runsOf(setup, schedule))[0]?.status).toBe("PENDING");
      setup.api.advance(1);
      await driveRetraining(setup.api.deps);
      expect((await runsOf(setup, schedule))[0]?.status).toBe("RUNNING");
    }
    await endTraining(setup, await onlyModelId(setup), "the kernel gave up");
    expect((await runsOf(setup, schedule))[0]).toMatchObject({
      status: "FAILED",
      attempts: 3,
      trained_model: null,
      error_message: "Tuning or training task failed: the kernel gave up",
    });
  });

  it("fails at once when no attempt could succeed", async () => {
    const setup = await setUp();
    const bad = await post(setup.ann, "/model_configuration/", {
      project: setup.projectId,
      recommender_class_name: "TopPopRecommender",
      parameters_json: { no_such_parameter: 1 },
    });
    const schedule = await hourly(setup, { model_configuration: bad });
    await trigger(setup, schedule);
    const [run] = await runsOf(setup, schedule);
    expect(run).toMatchObject({
      status: "FAILED",
      error_message: expect.stringContaining("no_such_parameter"),
    });
    expect(await trainingsOf(setup)).toHaveLength(0);
  });

  it("deploys when the schedule says so, and remembers the model before", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { auto_deploy: true });
    await trigger(setup, schedule);
    const first = await onlyModelId(setup);
    await endTraining(setup, first);
    expect(await defaultSlot(setup)).toMatchObject({
      modelId: first,
      name: expect.stringMatching(/^auto-deploy-/),
    });
    setup.api.advance(1);
    await trigger(setup, schedule);
    const second = await onlyModelId(setup);
    await endTraining(setup, second);
    expect(await defaultSlot(setup)).toMatchObject({ modelId: second, previousModelId: first });
    const manifest = await env.ROUTING.get(`manifest:${setup.projectId}`);
    if (manifest !== null) expect(manifest).toContain(String(second));
  });

  it("searches anew, and does not deploy what measures worse than the tolerance allows", async () => {
    const setup = await setUp();
    const { api, ann, projectId, dataId, configurationId } = setup;
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const settings = { retune: true, split_config: split, evaluation_config: evaluation, auto_deploy: true };
    const schedule = await hourly(setup, { ...settings, deploy_tolerance: 0.1 });
    const outcomes = [];
    for (const ndcg of [0.5, 0.44, 0.46]) {
      api.advance(1);
      await trigger(setup, schedule);
      const [run] = await runsOf(setup, schedule);
      const jobId = z.number().parse(run?.tuning_job);
      const modelId = await readyModel(projectId, configurationId, dataId);
      const found = { tuningJobId: jobId, metrics: { "ndcg@20": ndcg } };
      await api.deps.db.update(trainedModel).set(found).where(eq(trainedModel.id, modelId));
      const ended = { status: "COMPLETED", tunedModelId: modelId } as const;
      await api.deps.db.update(tuningJob).set(ended).where(eq(tuningJob.id, jobId));
      await driveRetraining(api.deps);
      outcomes.push((await defaultSlot(setup))?.modelId === modelId);
    }
    expect(outcomes).toEqual([true, false, true]);
    expect((await runsOf(setup, schedule))[1]).toMatchObject({
      status: "COMPLETED",
      deployment: expect.stringMatching(/^Not deployed: ndcg@20 0.4400/),
    });
  });

  it("keeps the artifacts of the last versions, and of what serves", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { keep_versions: 2 });
    const trained: number[] = [];
    for (let n = 0; n < 4; n++) {
      setup.api.advance(1);
      await trigger(setup, schedule);
      trained.push(await onlyModelId(setup));
      await endTraining(setup, trained[n] ?? 0);
    }
    const rows = await setup.api.deps.db
      .select()
      .from(trainedModel)
      .where(eq(trainedModel.projectId, setup.projectId));
    const kept = rows.filter((row) => row.artifactKey !== null).map((row) => row.id);
    expect(kept.toSorted((a, b) => a - b)).toEqual(trained.slice(2));
  });

  it("goes on after a kill between its beginning and its work", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    const jobs = {
      ...setup.api.deps.jobs,
      train: async () => {
        throw new Error("killed");
      },
    };
    await expect(driveRetraining({ ...hoursLater(setup), jobs })).rejects.toThrow();
    await driveRetraining(hoursLater(setup));
    const [run] = await runsOf(setup, schedule);
    expect(run).toMatchObject({ status: "RUNNING", trained_model: await onlyModelId(setup) });
    await endTraining(setup, await onlyModelId(setup));
    expect((await runsOf(setup, schedule))[0]?.status).toBe("COMPLETED");
  });

  it("does not begin for somebody whose account is closed", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup);
    const { db } = setup.api.deps;
    await db.update(user).set({ isActive: false }).where(eq(user.id, setup.ann.session.user.pk));
    await driveRetraining(hoursLater(setup));
    const begun = await db.select().from(retrainingRun).where(eq(retrainingRun.scheduleId, schedule.id));
    expect(begun).toHaveLength(0);
  });
});
