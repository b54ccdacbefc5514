/** A deployment with Recotem's exact answers, and the same calls without the setting. */

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ownDialect } from "#api/dialect/own-dialect.ts";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { HEADER_ONLY_TEXT } from "#contract/ingestion.ts";
import { pageOf } from "#contract/primitives.ts";
import { taskLogResponse } from "#contract/task.ts";
import { retrainingRun } from "#db/retraining-schema.ts";
import { trainingData, tuningJob } from "#db/schema.ts";
import { newTask } from "#jobs/leased-task.ts";
import { settleIngestion } from "#services/files/ingestions.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../runtime/api.ts";
import { instantIngestion } from "../../runtime/ingestion.ts";
import { post, readyData, readyModel } from "../../runtime/study.ts";

const made = z.looseObject({ id: z.number() });

async function setUp(isExact = true) {
  const api = testApi({ dialect: isExact ? recotemDialect : ownDialect });
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  const data = await readyData(project.id);
  return { api, ann, project, data };
}

async function studyParts(isExact = true) {
  const world = await setUp(isExact);
  const split = await post(world.ann, "/split_config/", {});
  const evaluation = await post(world.ann, "/evaluation_config/", {});
  return { ...world, parts: { data: world.data, split, evaluation } };
}

describe("the last slash of an address", () => {
  it("is required of readers by a redirect; by default it is optional", async () => {
    const { ann, project } = await setUp();
    const answer = await ann.call("GET", `/project/${project.id}?fields=all`);
    expect(answer.status).toBe(301);
    expect(answer.headers.get("location")).toBe(`/api/v1/project/${project.id}/?fields=all`);
    expect((await ann.call("PATCH", `/project/${project.id}`, { name: "Slashed" })).status).toBe(200);
    const other = await setUp(false);
    expect((await other.ann.call("GET", `/project/${other.project.id}`)).status).toBe(200);
  });
});

describe("a tuning job that is impossible", () => {
  it.each([
    [{ n_trials: 0 }, "n_trials must be at least 1."],
    [{ n_tasks_parallel: -1 }, "n_tasks_parallel must be at least 1."],
  ])(
    "%j is accepted, and ends with the reason in its log; by default it is refused",
    async (settings, reason) => {
      const { api, ann, parts } = await studyParts();
      const job = await readAs(
        made,
        await ann.call("POST", "/parameter_tuning_job/", { ...parts, ...settings }),
        201,
      );
      expect(job).toMatchObject({ status: "PENDING", task_links: [], ...settings });
      expect(api.calls.filter(([name]) => name === "tune")).toEqual([]);
      const ended = await bodyOf(await ann.call("GET", `/parameter_tuning_job/${job.id}/`));
      expect(ended).toMatchObject({ status: "FAILED", best_score: null, tuned_model: null });
      const log = await readAs(
        pageOf(taskLogResponse),
        await ann.call("GET", `/task_log/?tuning_job_id=${job.id}`),
      );
      expect(log.results.map((line) => line.contents)).toEqual([
        `Search worker 0 for job ${job.id} failed: ${reason}`,
        `Start job ${job.id} / worker 0.`,
      ]);
      const other = await studyParts(false);
      const refused = await other.ann.call("POST", "/parameter_tuning_job/", { ...other.parts, ...settings });
      expect(refused.status).toBe(400);
      expect(Object.keys((await bodyOf(refused)) as object)).toEqual(Object.keys(settings));
    },
  );

  it("because of its split or its cutoff is treated alike", async () => {
    const { ann, parts, project } = await studyParts();
    const failed = async (changes: object) => {
      const job = await post(ann, "/parameter_tuning_job/", { ...parts, ...changes });
      const log = await bodyOf(await ann.call("GET", `/task_log/?tuning_job_id=${job}`));
      return pageOf(taskLogResponse)
        .parse(log)
        .results[0]?.contents.replace(/^.* failed: /, "");
    };
    const nobody = await post(ann, "/split_config/", { test_user_ratio: 0 });
    expect(await failed({ split: nobody })).toMatch(/^This split has no test users/);
    const zero = await post(ann, "/evaluation_config/", { cutoff: 0 });
    expect(await failed({ evaluation: zero })).toBe("cutoff must be strictly greather than 0.");
    const gone = await readyData(project.id, { fileKey: null, artifactKey: null });
    const refused = await ann.call("POST", "/parameter_tuning_job/", { ...parts, data: gone });
    expect([refused.status, await bodyOf(refused)]).toEqual([
      400,
      { data: [`Data ${gone} has been deleted.`] },
    ]);
  });

  it("is none when all its algorithms are unknown: the default ones are tried", async () => {
    const { api, ann, parts } = await studyParts();
    const id = await post(ann, "/parameter_tuning_job/", { ...parts, tried_algorithms_json: ["Nope"] });
    expect(api.calls).toContainEqual(["tune", id]);
  });
});

describe("steering a job that has ended", () => {
  it.each([
    [true, 404],
    [false, 409],
  ])("exact %s is a %i", async (exact, status) => {
    const { api, ann, parts } = await studyParts(exact);
    const job = await post(ann, "/parameter_tuning_job/", parts);
    await api.deps.db.update(tuningJob).set({ status: "COMPLETED" }).where(eq(tuningJob.id, job));
    expect((await ann.call("POST", `/parameter_tuning_job/${job}/cancel/`, {})).status).toBe(status);
  });
});

describe("names of files", () => {
  it.each([
    [true, "u.data", 400, ".data file not supported."],
    [true, "RATINGS.CSV", 400, ".CSV file not supported."],
    [true, "orders.v2.csv", 400, "Only .gzip or .gz compression are supported."],
    [true, "plain", 400, "Suffix like .csv or .json.gzip required."],
    [false, "u.data", 201, "u.data"],
    [false, "RATINGS.CSV", 201, "RATINGS.CSV"],
    [false, "orders.v2.csv", 201, "orders.v2.csv"],
    [false, "plain", 201, "plain"],
  ])(
    "are checked as in the original only where answers are exact (%s): %s",
    async (exact, name, status, words) => {
      const { api, ann, project } = await setUp(exact);
      api.deps.jobs.ingest = instantIngestion(() => api);
      const body = new FormData();
      body.append("project", String(project.id));
      body.append("file", new File(["user,item\n1,2\n"], name));
      const headers = { authorization: `Bearer ${ann.session.access}` };
      const answer = await api.fetch("/api/v1/training_data/", { method: "POST", headers, body });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toContain(words);
    },
  );
});

describe("answers", () => {
  it("describe no field of our own in a form", async () => {
    const fields = async (isExact: boolean) => {
      const { ann } = await setUp(isExact);
      const { actions } = (await bodyOf(await ann.call("OPTIONS", "/split_config/"))) as {
        actions: { POST: object };
      };
      return Object.keys(actions.POST);
    };
    const exact = await fields(true);
    expect(exact).toContain("heldout_ratio");
    expect((await fields(false)).filter((name) => !exact.includes(name))).toEqual(["keeps_seen"]);
  });

  it("hold no field of our own", async () => {
    const { ann, data } = await setUp();
    const row = await bodyOf(await ann.call("GET", `/training_data/${data}/`));
    expect(Object.keys(row as object).sort()).toEqual(
      ["basename", "file", "filesize", "id", "ins_datetime", "project"].sort(),
    );
  });

  it.each([
    [true, 500],
    [false, 409],
  ])("of a model without a file: exact %s, status %i", async (exact, status) => {
    const { ann, project, data } = await setUp(exact);
    const configuration = await post(ann, "/model_configuration/", {
      project: project.id,
      recommender_class_name: "TopPopRecommender",
    });
    const model = await readyModel(project.id, configuration, data);
    await ann.call("DELETE", `/trained_model/${model}/unlink_file/`);
    for (const [method, path, body] of [
      ["GET", "recommendation/?user_id=1", undefined],
      ["POST", "recommend_using_profile_interaction/", { item_ids: ["a"], cutoff: 1 }],
      ["GET", "sample_recommendation_raw/", undefined],
    ] as const) {
      const response = await ann.call(method, `/trained_model/${model}/${path}`, body);
      expect([response.status, await bodyOf(response)]).toEqual([
        status,
        { detail: `Model ${model} integrity check failed.` },
      ]);
    }
  });

  it("take any five words as the cron expression of a schedule that is disabled, and show no run to come", async () => {
    const { ann, project } = await setUp();
    const words = { project: project.id, cron_expression: "a b c d e" };
    const id = await post(ann, "/retraining_schedule/", words);
    const enabled = await ann.call("PATCH", `/retraining_schedule/${id}/`, { is_enabled: true });
    expect([enabled.status, Object.keys((await bodyOf(enabled)) as object)]).toEqual([
      400,
      ["cron_expression"],
    ]);
    const four = await ann.call("PATCH", `/retraining_schedule/${id}/`, { cron_expression: "0 2 * *" });
    expect(await bodyOf(four)).toEqual({ cron_expression: ["Cron expression must have exactly 5 fields."] });
  });

  it.each([true, false])("of a run with a given configuration: exact %s", async (exact) => {
    const { api, ann, project, parts } = await studyParts(exact);
    const scheduleId = await post(ann, "/retraining_schedule/", { project: project.id });
    const configurationId = await post(ann, "/model_configuration/", {
      project: project.id,
      recommender_class_name: "TopPopRecommender",
    });
    const tuningJobId = await post(ann, "/parameter_tuning_job/", parts);
    const times = { dueAt: 1, createdAt: 1, updatedAt: 1 };
    const [run] = await api.deps.db
      .insert(retrainingRun)
      .values({
        projectId: project.id,
        scheduleId,
        configurationId,
        tuningJobId,
        trigger: "MANUAL",
        ...times,
      })
      .returning();
    const shown = await bodyOf(await ann.call("GET", `/retraining_run/${run?.id}/`));
    expect(shown).toMatchObject({ tuning_job: exact ? null : tuningJobId });
  });

  it("of the API's page hold the original's token, by default none", async () => {
    for (const exact of [true, false]) {
      const { api } = await setUp(exact);
      const cookie = (await api.fetch("/api/v1/schema/swagger-ui/")).headers.get("set-cookie");
      if (exact)
        expect(cookie).toMatch(
          /^csrftoken=[0-9a-f]{32}; expires=.*; Max-Age=31449600; Path=\/; SameSite=Lax$/,
        );
      else expect(cookie).toBeNull();
    }
  });
});

describe("training data of a header and no rows", () => {
  async function settled(keepsHeaderOnly: boolean) {
    const { api, ann, project } = await setUp();
    const fileKey = `projects/${project.id}/uploads/${crypto.randomUUID()}`;
    await env.STORE.put(fileKey, "user,item\n");
    const id = await readyData(project.id, { fileKey, artifactKey: null, status: "INGESTING" });
    const columns = { user: "user", item: "item", time: null };
    const spec = { source: "training_data", rowId: id, projectId: project.id, fileKey, columns } as const;
    await settleIngestion(
      { ...api.deps, keepsHeaderOnly },
      {
        spec: { ...spec, fileName: "h.csv", artifactKey: "none" },
        task: { ...newTask(0), phase: "failed", lastError: HEADER_ONLY_TEXT },
        slices: 0,
        checkpointKey: null,
        progress: 0,
        result: null,
        settled: false,
      },
    );
    const [row] = await api.deps.db.select().from(trainingData).where(eq(trainingData.id, id));
    return { ann, id, row, isStored: (await env.STORE.head(fileKey)) !== null };
  }

  it("is kept, and no model can be trained on it", async () => {
    const { ann, id, row, isStored } = await settled(true);
    expect(row).toMatchObject({ status: "READY", artifactKey: null });
    expect(isStored).toBe(true);
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const refused = await ann.call("POST", "/parameter_tuning_job/", { data: id, split, evaluation });
    expect(await bodyOf(refused)).toEqual({ data: [`Data ${id} has no rows.`] });
  });

  it("is refused by default", async () => {
    const { row, isStored } = await settled(false);
    expect(row).toMatchObject({ status: "FAILED", error: HEADER_ONLY_TEXT, fileKey: null });
    expect(isStored).toBe(false);
  });
});
