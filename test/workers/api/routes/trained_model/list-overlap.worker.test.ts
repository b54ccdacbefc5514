import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { listOverlap } from "#contract/model-comparison.ts";
import { trainedModel } from "#db/schema.ts";
import { bodyOf, createProject, readAs } from "../../../runtime/api.ts";
import { annAndBob, post, readyData, readyModel } from "../../../runtime/study.ts";

/** Two models of one project; lists of the second hold four other items, and it does not know two of the people drawn. */
async function twoModels() {
  const world = await annAndBob();
  const { ann, project, api } = world;
  const data = await readyData(project.id);
  const body = { project: project.id, recommender_class_name: "TopPopRecommender" };
  const configuration = await post(ann, "/model_configuration/", body);
  const first = await readyModel(project.id, configuration, data);
  const second = await readyModel(project.id, configuration, data);
  const artifactKey = `projects/${project.id}/models/lesser`;
  await api.deps.db.update(trainedModel).set({ artifactKey }).where(eq(trainedModel.id, second));
  return { ...world, first, second };
}

it("is measured on people whom both models know, drawn by a seed", async () => {
  const { ann, first, second } = await twoModels();
  const ask = async (query: string) =>
    readAs(
      listOverlap,
      await ann.call("GET", `/trained_model/compare_lists/?ids=${first},${second}${query}`),
    );
  const found = await ask("&people=12&cutoff=10&seed=3");
  expect(found).toMatchObject({
    ...{ people: 10, unknown: 2, cutoff: 10, seed: 3, mean_shared: 6, interval: { low: 6, high: 6 } },
    shared_counts: [0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0],
    models: [
      { id: first, items_shown: 100 },
      { id: second, items_shown: 100 },
    ],
  });
  expect(await ask("&people=12&cutoff=10&seed=3")).toEqual(found);
  // There are 20 people in all.
  expect((await ask("")).people).toBeLessThanOrEqual(18);
});

it.each([
  ["ids=3", { ids: ["Name two different models, as in 3,7."] }],
  ["ids=3,3", { ids: ["Name two different models, as in 3,7."] }],
  ["ids=1,2,3", { ids: ["Name two different models, as in 3,7."] }],
])("refuses %s", async (query, errors) => {
  const { ann } = await twoModels();
  const answer = await ann.call("GET", `/trained_model/compare_lists/?${query}`);
  expect([answer.status, await bodyOf(answer)]).toEqual([400, errors]);
});

it("is a 404 for a stranger, and refuses models of two projects", async () => {
  const { ann, bob, first, second } = await twoModels();
  const target = `/trained_model/compare_lists/?ids=${first},${second}`;
  expect((await bob.call("GET", target)).status).toBe(404);
  const other = await createProject(ann);
  const body = { project: other.id, recommender_class_name: "TopPopRecommender" };
  const configuration = await post(ann, "/model_configuration/", body);
  const third = await readyModel(other.id, configuration, await readyData(other.id));
  const answer = await ann.call("GET", `/trained_model/compare_lists/?ids=${first},${third}`);
  expect([answer.status, await bodyOf(answer)]).toEqual([
    400,
    { ids: ["Both models must be of one project."] },
  ]);
  for (const wrong of ["people=0", "people=501", "cutoff=51", "seed=-1"]) {
    expect((await ann.call("GET", `${target}&${wrong}`)).status).toBe(400);
  }
});
