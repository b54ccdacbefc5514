/** The same ten calls with the functions that @hey-api/openapi-ts makes; compiled by `generated-clients.test.ts`, never run. */
import type { DetailError, ProjectResponse, Refusal } from "./generated/hey-api/index.ts";
import {
  authLoginCreate,
  parameterTuningJobList,
  parameterTuningJobRetrieve,
  predictByProjectPredictProjectProjectIdPost,
  projectCreate,
  projectList,
  recommendationsRetrieve,
  splitConfigCreate,
  trainingDataCreate,
  trainingDataPreviewRetrieve,
} from "./generated/hey-api/index.ts";

function sentenceOf(error: Refusal | DetailError): string {
  return typeof error.detail === "string" ? error.detail : Object.values(error).flat().join(" ");
}

export async function tenCalls(file: File): Promise<number> {
  const login = await authLoginCreate({ body: { username: "ann", password: "secret" } });
  if (login.error) throw new Error(sentenceOf(login.error));
  const headers = { authorization: `Bearer ${login.data?.access}` };
  const made = await projectCreate({
    headers,
    body: {
      name: "films",
      user_column: "user",
      item_column: "item",
      allowed_origins: ["https://shop.example"],
    },
  });
  if (made.error) throw new Error(sentenceOf(made.error));
  const project: ProjectResponse | undefined = made.data;
  const listed = await projectList({ headers, query: { page: 2, search: "film", ordering: "-updated_at" } });
  const names: string[] | undefined = listed.data?.results.map(({ name }) => name);
  const data = await trainingDataCreate({ headers, body: { project: project?.id ?? 0, file } });
  const split = await splitConfigCreate({ headers, body: { scheme: "RG" } });
  const jobs = await parameterTuningJobList({
    headers,
    query: { data: data.data?.id ?? 0, status: "RUNNING", page_size: 50 },
  });
  const score: number | null | undefined = jobs.data?.results[0]?.best_score;
  const job = await parameterTuningJobRetrieve({ headers, path: { id: 7 } });
  const preview = await trainingDataPreviewRetrieve({
    headers,
    path: { id: data.data?.id ?? 0 },
    query: { n_rows: 5 },
  });
  const predicted = await predictByProjectPredictProjectProjectIdPost({
    headers: { "X-API-Key": "rctm_key" },
    path: { project_id: project?.id ?? 0 },
    body: { user_id: 42, item_ids: ["a"], cutoff: 5 },
  });
  if (predicted.error) throw new Error(JSON.stringify(predicted.error.detail));
  const strategy: "personal" | "profile" | "popular" | undefined = predicted.data?.strategy;
  const page = await recommendationsRetrieve({ path: { user_id: "ann" }, query: { limit: 20, offset: 40 } });
  const total: number | undefined = page.data?.pagination.total;
  return [names, split, score, job, preview, strategy, total].length;
}

export async function refusedCalls(): Promise<void> {
  // @ts-expect-error: pages are counted
  await projectList({ query: { page: "two" } });
  // @ts-expect-error: there is no such state
  await parameterTuningJobList({ query: { status: "ENDED" } });
  // @ts-expect-error: a project has columns
  await projectCreate({ body: { name: "films" } });
}
