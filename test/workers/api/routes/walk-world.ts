import { env } from "cloudflare:workers";
import { createProject, join, type Person, type TestApi, testApi } from "../../runtime/api.ts";
import { post, readyData } from "../../runtime/study.ts";

/** An account with a project and the rows that others refer to, another account, and an administrator. */
export interface WalkWorld {
  readonly api: TestApi;
  readonly ann: Person;
  readonly stranger: Person;
  readonly staff: Person;
  readonly project: number;
  readonly data: number;
  readonly split: number;
  readonly evaluation: number;
  readonly configuration: number;
}

export async function walkWorld(): Promise<WalkWorld> {
  const api = testApi();
  const staff = await join(api);
  await env.DB.prepare("update user set is_staff = 1, is_superuser = 1 where username = ?")
    .bind(staff.username)
    .run();
  const ann = await join(api);
  const stranger = await join(api);
  const { id: project } = await createProject(ann);
  return {
    api,
    ann,
    stranger,
    staff,
    project,
    data: await readyData(project),
    split: await post(ann, "/split_config/", {}),
    evaluation: await post(ann, "/evaluation_config/", {}),
    configuration: await post(ann, "/model_configuration/", {
      project,
      recommender_class_name: "TopPopRecommender",
    }),
  };
}
