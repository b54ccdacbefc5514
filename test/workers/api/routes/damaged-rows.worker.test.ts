import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { MAX_PARALLEL_TRIALS } from "#contract/limits.ts";
import { pageOf } from "#contract/primitives.ts";
import { createProject, join, readAs, testApi } from "../../runtime/api.ts";
import { post, readyData, readyModel } from "../../runtime/study.ts";

const rows = pageOf(z.looseObject({ id: z.number() }));

/** A project with two rows of each resource; the test damages the older one. */
async function setUp() {
  const api = testApi();
  const staff = await join(api);
  await env.DB.prepare("update user set is_staff = 1 where id = ?").bind(staff.session.user.pk).run();
  const ann = await join(api);
  const { id: project } = await createProject(ann);
  const data = [await readyData(project), await readyData(project)];
  const split = [await post(ann, "/split_config/", {}), await post(ann, "/split_config/", {})];
  const evaluation = await post(ann, "/evaluation_config/", {});
  const job = (at: number) =>
    post(ann, "/parameter_tuning_job/", { data: data[at], split: split[at], evaluation });
  const jobs = [await job(0), await job(1)];
  const configure = () =>
    post(ann, "/model_configuration/", { project, recommender_class_name: "TopPopRecommender" });
  const configurations = [await configure(), await configure()];
  const model = (at: number) => readyModel(project, configurations[at] ?? 0, data[at] ?? 0);
  const models = [await model(0), await model(1)];
  return {
    api,
    staff,
    ann,
    ids: {
      training_data: data,
      split_config: split,
      tuning_job: jobs,
      model_configuration: configurations,
      trained_model: models,
    },
  };
}

const PATHS = {
  training_data: "/training_data/",
  split_config: "/split_config/",
  tuning_job: "/parameter_tuning_job/",
  model_configuration: "/model_configuration/",
  trained_model: "/trained_model/",
} as const;

describe("a list with a damaged row", () => {
  it.each<[keyof typeof PATHS, string, string]>([
    ["tuning_job", "parallel_trials", "4503599627370496"],
    ["tuning_job", "parallel_trials", "1000000"],
    ["tuning_job", "parallel_trials", "'many'"],
    ["tuning_job", "created_at", "9000000000000000"],
    ["tuning_job", "algorithms", "'{'"],
    ["tuning_job", "final_metrics", "'no json'"],
    ["split_config", "created_at", "9000000000000000"],
    ["split_config", "updated_at", "-9000000000000000"],
    ["split_config", "created_at", "'yesterday'"],
    ["training_data", "created_at", "9000000000000000"],
    ["training_data", "report", "'['"],
    ["model_configuration", "parameters", "'{\"a\":'"],
    ["trained_model", "created_at", "1e300"],
    ["trained_model", "metrics", "'NaN'"],
  ])("shows the others to everybody: %s with %s = %s", async (table, column, value) => {
    const { ann, staff, ids } = await setUp();
    const [bad, good] = ids[table];
    if (table === "tuning_job") {
      await env.DB.prepare("update tuning_job set status = 'RUNNING' where id = ?").bind(bad).run();
    }
    await env.DB.prepare(`update ${table} set ${column} = ${value} where id = ?`).bind(bad).run();
    for (const person of [ann, staff]) {
      const response = await person.call("GET", `${PATHS[table]}?page_size=100`);
      const text = await response.clone().text();
      expect(text.length).toBeLessThan(1_000_000);
      const shown = (await readAs(rows, response)).results.map(({ id }) => id);
      expect(shown).toContain(good);
      expect(shown).toContain(bad);
    }
  });

  it("names no more tasks than a job may have", async () => {
    const { ann, ids } = await setUp();
    const [bad] = ids.tuning_job;
    const damage = "update tuning_job set status = 'RUNNING', parallel_trials = 1000000 where id = ?";
    await env.DB.prepare(damage).bind(bad).run();
    const shape = z.looseObject({ task_links: z.array(z.unknown()) });
    const job = await readAs(shape, await ann.call("GET", `/parameter_tuning_job/${bad}/`));
    expect(job.task_links).toHaveLength(MAX_PARALLEL_TRIALS);
  });
});
