import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import { NUDGES_PER_TICK, nudgeStages } from "#services/cron/job-nudges.ts";
import { createProject, join, type TestApi, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

beforeEach(async () => {
  for (const table of ["training_data", "tuning_job", "trained_model", "cron_cursor"]) {
    await env.DB.prepare(`delete from ${table}`).run();
  }
});

async function stageOf(api: TestApi, name: string, jobs: Partial<TestApi["deps"]["jobs"]> = {}) {
  const stages = nudgeStages({ ...api.deps, jobs: { ...api.deps.jobs, ...jobs } });
  const stage = stages.find((other) => other.name === name);
  if (stage === undefined) throw new Error(`no stage ${name}`);
  return stage.run;
}

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  return { api, ann, projectId: (await createProject(ann)).id };
}

async function unreadFiles(api: TestApi, projectId: number, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n++) {
    const [row] = await api.deps.db
      .insert(trainingData)
      .values({ projectId, fileKey: `f${n}`, basename: "f.csv", createdAt: 1, updatedAt: 1 })
      .returning({ id: trainingData.id });
    ids.push(row?.id ?? 0);
  }
  return ids;
}

describe("jobs that should be in flight", () => {
  it("are all nudged, a bounded page in a minute, again and again", async () => {
    const { api, projectId } = await setUp();
    const ids = await unreadFiles(api, projectId, 2 * NUDGES_PER_TICK + 3);
    const tick = await stageOf(api, "nudge_training_data");
    const nudged = async () => {
      api.calls.length = 0;
      await tick();
      return api.calls.map(([, , id]) => id);
    };
    expect(await nudged()).toEqual(ids.slice(0, NUDGES_PER_TICK));
    expect(await nudged()).toEqual(ids.slice(NUDGES_PER_TICK, 2 * NUDGES_PER_TICK));
    expect(await nudged()).toEqual(ids.slice(2 * NUDGES_PER_TICK));
    expect(await nudged()).toEqual(ids.slice(0, NUDGES_PER_TICK));
  });

  it("are nudged although one of them throws each time", async () => {
    const { api, projectId } = await setUp();
    const ids = await unreadFiles(api, projectId, NUDGES_PER_TICK + 5);
    const nudged: number[] = [];
    const tick = await stageOf(api, "nudge_training_data", {
      ingest: async (_kind, id) => {
        if (id === ids[3]) throw new Error("this one's object is broken");
        nudged.push(id);
      },
    });
    await expect(tick()).rejects.toThrow("1 of 50 jobs");
    await tick();
    expect(nudged).toEqual(ids.filter((id) => id !== ids[3]));
  });

  it("cost nothing while they are paused", async () => {
    const { api, ann, projectId } = await setUp();
    const data = await readyData(projectId);
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const jobs: number[] = [];
    for (let n = 0; n < 4; n++) {
      jobs.push(await post(ann, "/parameter_tuning_job/", { data, split, evaluation }));
    }
    const set = (id: number | undefined, status: string) =>
      env.DB.prepare("update tuning_job set status = ? where id = ?").bind(status, id).run();
    await set(jobs[0], "PAUSED");
    await set(jobs[1], "RUNNING");
    await set(jobs[2], "COMPLETED");
    api.calls.length = 0;
    await (await stageOf(api, "nudge_tuning"))();
    expect(api.calls).toEqual([
      ["tune", jobs[1]],
      ["tune", jobs[3]],
    ]);
    expect(await api.deps.db.select().from(tuningJob)).toHaveLength(4);
  });

  it("are models, too, until they are ready or have failed", async () => {
    const { api, ann, projectId } = await setUp();
    const dataId = await readyData(projectId);
    const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
    const configurationId = await post(ann, "/model_configuration/", configuration);
    const statuses = ["PENDING", "TRAINING", "READY", "FAILED"] as const;
    const ids: (number | undefined)[] = [];
    for (const [at, status] of statuses.entries()) {
      const values = { projectId, configurationId, dataId, version: at + 1, createdAt: 1, updatedAt: 1 };
      const [row] = await api.deps.db
        .insert(trainedModel)
        .values({ ...values, status })
        .returning();
      ids.push(row?.id);
    }
    api.calls.length = 0;
    await (await stageOf(api, "nudge_training"))();
    expect(api.calls).toEqual([
      ["train", ids[0]],
      ["train", ids[1]],
    ]);
  });
});
