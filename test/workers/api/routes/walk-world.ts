import { env } from "cloudflare:workers";
import { createProject, join, type Person, type TestApi, testApi } from "../../runtime/api.ts";
import { post, readyData } from "../../runtime/study.ts";

/** An account with configurations, another account, and an administrator. */
export interface WalkPeople {
  readonly api: TestApi;
  readonly ann: Person;
  readonly stranger: Person;
  readonly staff: Person;
  readonly split: number;
  readonly evaluation: number;
}

/** They and a new project of Ann's, with the rows that others refer to. */
export interface WalkWorld extends WalkPeople {
  readonly project: number;
  readonly data: number;
  readonly configuration: number;
}

export async function walkPeople(): Promise<WalkPeople> {
  const api = testApi();
  const staff = await join(api);
  await env.DB.prepare("update user set is_staff = 1, is_superuser = 1 where username = ?")
    .bind(staff.username)
    .run();
  const ann = await join(api);
  const stranger = await join(api);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  return { api, ann, stranger, staff, split, evaluation };
}

export async function walkWorld(people: WalkPeople): Promise<WalkWorld> {
  const { ann } = people;
  const { id: project } = await createProject(ann);
  const configuration = await post(ann, "/model_configuration/", {
    project,
    recommender_class_name: "TopPopRecommender",
  });
  return { ...people, project, data: await readyData(project), configuration };
}
