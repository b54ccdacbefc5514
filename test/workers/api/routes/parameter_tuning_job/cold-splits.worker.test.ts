import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { splitConfigResponse } from "#contract/study-config.ts";
import { openDatabase } from "#db/database.ts";
import { itemMetaData, userMetaData } from "#db/schema.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { post, readyModel, studyParts } from "../../../runtime/study.ts";

async function setUp() {
  const parts = await studyParts();
  const { ann, data, evaluation } = parts;
  const { project } = (await bodyOf(await ann.call("GET", `/training_data/${data}/`))) as { project: number };
  const splitOf = (body: object) => post(ann, "/split_config/", body);
  const tune = async (body: object) =>
    ann.call("POST", "/parameter_tuning_job/", { data, evaluation, split: await splitOf(body) });
  const addTable = async (side: "item" | "user") => {
    const [table, name] =
      side === "item" ? ([itemMetaData, "items"] as const) : ([userMetaData, "users"] as const);
    await openDatabase(env.DB)
      .insert(table)
      .values({
        ...{ projectId: project, fileKey: `${name}-${project}`, basename: `${name}.csv`, filesize: 9 },
        ...{ status: "READY", artifactKey: `${name}-${project}.edgewise`, createdAt: 1, updatedAt: 1 },
      });
  };
  return { ...parts, project, splitOf, tune, addTable };
}

it("a split by new items or users is kept, and its study begins where the project has a table of that side", async () => {
  const { api, ann, splitOf, tune, addTable } = await setUp();
  const id = await splitOf({ scheme: "cold_users", heldout_ratio: 0.3 });
  const kept = await readAs(splitConfigResponse, await ann.call("GET", `/split_config/${id}/`));
  expect(kept).toMatchObject({ scheme: "cold_users", heldout_ratio: 0.3 });
  await addTable("item");
  const started = await tune({ scheme: "cold_items" });
  expect(started.status).toBe(201);
  const job = (await started.json()) as { id: number };
  const spec = await studySpecOf(api.deps, job.id);
  expect(spec).toMatchObject({ split: { scheme: "cold-items", heldout_ratio: 0.1 }, triesBlend: true });
  const refused = await tune({ scheme: "cold_users" });
  expect([refused.status, await bodyOf(refused)]).toEqual([
    400,
    { split: [expect.stringContaining("needs a table of users")] },
  ]);
  await addTable("user");
  expect((await tune({ scheme: "cold_users" })).status).toBe(201);
  expect(
    (await studySpecOf(api.deps, ((await (await tune({})).json()) as { id: number }).id))?.triesBlend,
  ).toBe(true);
});

it.each([
  [{ n_heldout: 3 }, "n_heldout"],
  [{ n_test_users: 3 }, "n_test_users"],
  [{ test_user_ratio: 0.5 }, "test_user_ratio"],
  [{ heldout_ratio: 0 }, "heldout_ratio"],
  [{ heldout_ratio: 1 }, "heldout_ratio"],
])("a study of new items is refused with %j", async (body, named) => {
  const { tune, addTable } = await setUp();
  await addTable("item");
  const refused = await tune({ scheme: "cold_items", ...body });
  expect([refused.status, await bodyOf(refused)]).toEqual([400, { split: [expect.stringContaining(named)] }]);
});

it("a model is measured on new items, too, or refused without a table", async () => {
  const { ann, project, data, evaluation, splitOf, addTable } = await setUp();
  const body = { project, recommender_class_name: "TopPopRecommender" };
  const model = await readyModel(project, await post(ann, "/model_configuration/", body), data);
  const split = await splitOf({ scheme: "cold_items" });
  const measure = () => ann.call("POST", `/trained_model/${model}/evaluate/`, { split, evaluation });
  expect((await measure()).status).toBe(400);
  await addTable("item");
  expect((await measure()).status).toBeLessThan(300);
});
