import { expect, it } from "vitest";
import { bodyOf, createProject } from "../../runtime/api.ts";
import { annAndBob, post, readyData, readyModel } from "../../runtime/study.ts";

const UNKNOWN = ["There is no such field."];

async function setUp() {
  const { ann, project } = await annAndBob();
  const data = await readyData(project.id);
  const body = { project: project.id, recommender_class_name: "TopPopRecommender" };
  const configuration = await post(ann, "/model_configuration/", body);
  const model = await readyModel(project.id, configuration, data);
  const slot = await post(ann, "/deployment_slot/", { project: project.id, name: "s", trained_model: model });
  return { ann, project: project.id, model, slot };
}

it("bodies that only Edgewise has are refused with a field that they do not have", async () => {
  const { ann, project, model, slot } = await setUp();
  const cases: [path: string, body: object][] = [
    ["/uploads/", { project, kind: "training_data", filename: "a.csv", size: 1 }],
    [`/project/${project}/event_data/`, {}],
    [`/project/${project}/interaction_weights/preview/`, {}],
    [`/trained_model/${model}/deploy/`, {}],
    [`/deployment_slot/${slot}/roll_back/`, {}],
    [`/trained_model/${model}/evaluate/`, { split: 1, evaluation: 1 }],
  ];
  for (const [path, body] of cases) {
    const refused = await ann.call("POST", path, { ...body, reasn: "x" });
    expect([path, refused.status, await bodyOf(refused)]).toEqual([path, 400, { reasn: UNKNOWN }]);
  }
});

it("bodies of Recotem's resources may have other fields, as in Recotem", async () => {
  const { ann, project, slot } = await setUp();
  expect((await ann.call("PATCH", `/project/${project}/`, { other: 1 })).status).toBe(200);
  expect((await ann.call("PATCH", `/deployment_slot/${slot}/`, { other: 1 })).status).toBe(200);
});

it("models, jobs and runs are listed by project", async () => {
  const { ann, project, model } = await setUp();
  const { id: other } = await createProject(ann);
  const listed = async (path: string) => bodyOf(await ann.call("GET", path));
  expect(await listed(`/trained_model/?project=${project}`)).toMatchObject({ results: [{ id: model }] });
  for (const path of ["trained_model", "parameter_tuning_job", "retraining_run"]) {
    expect(await listed(`/${path}/?project=${other}`)).toMatchObject({ count: 0 });
    const refused = await ann.call("GET", `/${path}/?project=x`);
    expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([400, ["project"]]);
  }
});
