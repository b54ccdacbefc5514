import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { retrainingScheduleResponse } from "#contract/retraining.ts";
import { retrainingRun } from "#db/retraining-schema.ts";
import { account, modelConfiguration, trainedModel, tuningJob } from "#db/schema.ts";
import { settleRun } from "#services/retraining/retraining-outcome.ts";
import { readAs } from "../../../runtime/api.ts";
import {
  defaultSlot,
  driveRetraining,
  endMeasuring,
  endTraining,
  hourly,
  hoursLater,
  onlyModelId,
  runsOf,
  type Setup,
  setUp,
  trainingsOf,
  trigger,
} from "../../../runtime/retraining.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

/** Ends the current run, whose new model is measured together with the live one; its model's id. */
async function endRunOf(setup: Setup, schedule: { id: number }, ndcg: { winner: number; serving: number }) {
  const [run] = await runsOf(setup, schedule);
  return endMeasuring(setup, z.number().parse(run?.tuning_job), {
    winner: { "ndcg@20": ndcg.winner },
    popularity: { "ndcg@20": 0.1 },
    serving: { "ndcg@20": ndcg.serving },
  });
}

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

  it("is not set back by a worker of the previous attempt", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { max_retries: 2 });
    await trigger(setup, schedule);
    const { db } = setup.api.deps;
    const isOfSchedule = eq(retrainingRun.scheduleId, schedule.id);
    const [before] = await db.select().from(retrainingRun).where(isOfSchedule);
    await endTraining(setup, await onlyModelId(setup), "the kernel gave up");
    setup.api.advance(60_000);
    await driveRetraining(setup.api.deps);
    const [after] = await db.select().from(retrainingRun).where(isOfSchedule);
    expect(after).toMatchObject({ status: "RUNNING", attempts: 1 });
    if (before) await settleRun(setup.api.deps, before);
    expect(await db.select().from(retrainingRun).where(isOfSchedule)).toEqual([after]);
  });

  it("fails at once when no attempt could succeed", async () => {
    const setup = await setUp();
    const bad = await post(setup.ann, "/model_configuration/", {
      project: setup.projectId,
      recommender_class_name: "TopPopRecommender",
    });
    await setup.api.deps.db
      .update(modelConfiguration)
      .set({ parameters: { no_such_parameter: 1 } })
      .where(eq(modelConfiguration.id, bad));
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
    const second = await endRunOf(setup, schedule, { winner: 0.5, serving: 0.5 });
    expect(await defaultSlot(setup)).toMatchObject({ modelId: second, previousModelId: first });
    expect(await env.ROUTING.get(`project:${setup.projectId}`)).toContain(`models/${second}.e`);
  });

  it("is deployed as the original deploys, unmeasured, where a deployment is set to", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { auto_deploy: true });
    const run = () => driveRetraining({ ...hoursLater(setup), deploysUnmeasured: true });
    await trigger(setup, schedule);
    await endTraining(setup, await onlyModelId(setup));
    await readyData(setup.projectId);
    await run();
    expect((await runsOf(setup, schedule))[0]).toMatchObject({ status: "RUNNING", tuning_job: null });
    await endTraining(setup, await onlyModelId(setup));
    expect((await runsOf(setup, schedule))[0]?.deployment).toMatch(/^Deployed, as requested/);
  });

  it("measures a fixed configuration beside the one that serves, and deploys it unless it is worse", async () => {
    const setup = await setUp();
    const schedule = await hourly(setup, { auto_deploy: true, deploy_tolerance: 0.1 });
    await trigger(setup, schedule);
    await endTraining(setup, await onlyModelId(setup));
    const outcomes = [];
    for (const [winner, serving] of [
      [0.3, 0.4],
      [0.37, 0.4],
    ] as const) {
      setup.api.advance(1);
      await trigger(setup, schedule);
      const modelId = await endRunOf(setup, schedule, { winner, serving });
      outcomes.push((await defaultSlot(setup))?.modelId === modelId);
    }
    expect(outcomes).toEqual([false, true]);
    const [deployed, refused] = await runsOf(setup, schedule);
    expect(refused?.deployment).toMatch(/^Not deployed: ndcg@20 0.3000, version 1 has 0.4000/);
    expect(deployed?.deployment).toMatch(/^Deployed: ndcg@20 0.3700/);
    const [model] = await setup.api.deps.db
      .select()
      .from(trainedModel)
      .where(eq(trainedModel.id, deployed?.trained_model ?? 0));
    expect(model).toMatchObject({ configurationId: setup.configurationId, metrics: { "ndcg@20": 0.37 } });
    const splits = await setup.ann.call("GET", "/split_config/?name=Retraining");
    expect((await readAs(z.object({ count: z.number() }), splits)).count).toBe(1);
  });

  it("searches again, and does not deploy what measures worse than the tolerance allows", async () => {
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
      const finalMetrics = { winner: { "ndcg@20": ndcg }, popularity: { "ndcg@20": 0.1 } };
      const ended = { status: "COMPLETED", tunedModelId: modelId, finalMetrics } as const;
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

  it("keeps the artifacts of the last versions and of the live one", async () => {
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

  it("continues after a kill between its beginning and its work", async () => {
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
    await db.update(account).set({ isActive: false }).where(eq(account.id, setup.ann.session.user.pk));
    await driveRetraining(hoursLater(setup));
    const begun = await db.select().from(retrainingRun).where(eq(retrainingRun.scheduleId, schedule.id));
    expect(begun).toHaveLength(0);
  });
});

describe("a schedule with an invalid expression", () => {
  it("does not hold up the others, and never comes due again", async () => {
    const broken = await setUp();
    const { id } = await hourly(broken);
    const update =
      "update retraining_schedule set cron_expression = '99 99 99 99 99', next_run_at = 1 where id = ?";
    await env.DB.prepare(update).bind(id).run();
    const setup = await setUp();
    const schedule = await hourly(setup);
    await driveRetraining(hoursLater(setup));
    expect(await runsOf(setup, schedule)).toHaveLength(1);
    const row = await env.DB.prepare("select next_run_at from retraining_schedule where id = ?")
      .bind(id)
      .first();
    expect(row).toEqual({ next_run_at: null });
  });
});
