/** Ten ordinary calls with the types that openapi-typescript makes; compiled by `generated-clients.test.ts`, never run. */
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/openapi-typescript.ts";

type Schemas = components["schemas"];

const client = createClient<paths>({ baseUrl: "http://localhost:8787" });

/** The body of a refused call: its type must describe it. */
function sentenceOf(error: Schemas["Refusal"] | Schemas["DetailError"]): string {
  return typeof error.detail === "string" ? error.detail : Object.values(error).flat().join(" ");
}

export async function tenCalls(file: string): Promise<number> {
  const login = await client.POST("/api/v1/auth/login/", { body: { username: "ann", password: "secret" } });
  if (login.error) throw new Error(sentenceOf(login.error));
  const headers = { authorization: `Bearer ${login.data.access}` };
  const made = await client.POST("/api/v1/project/", {
    headers,
    body: {
      name: "films",
      user_column: "user",
      item_column: "item",
      allowed_origins: ["https://shop.example"],
    },
  });
  if (made.error) throw new Error(sentenceOf(made.error));
  const project: number = made.data.id;
  const listed = await client.GET("/api/v1/project/", {
    headers,
    params: { query: { page: 2, search: "film", ordering: "-updated_at" } },
  });
  const names: string[] | undefined = listed.data?.results.map(({ name }) => name);
  const data = await client.POST("/api/v1/training_data/", { headers, body: { project, file } });
  const split = await client.POST("/api/v1/split_config/", { headers, body: { scheme: "RG" } });
  const jobs = await client.GET("/api/v1/parameter_tuning_job/", {
    headers,
    params: { query: { data: data.data?.id ?? 0, status: "RUNNING", page_size: 50 } },
  });
  const score: number | null | undefined = jobs.data?.results[0]?.best_score;
  const job = await client.GET("/api/v1/parameter_tuning_job/{id}/", {
    headers,
    params: { path: { id: 7 } },
  });
  const preview = await client.GET("/api/v1/training_data/{id}/preview/", {
    headers,
    params: { path: { id: data.data?.id ?? 0 }, query: { n_rows: 5 } },
  });
  const predicted = await client.POST("/inference/predict/project/{project_id}", {
    headers: { "X-API-Key": "rctm_key" },
    params: { path: { project_id: project } },
    body: { user_id: 42, item_ids: ["a"], cutoff: 5 },
  });
  if (predicted.error) throw new Error(JSON.stringify(predicted.error.detail));
  const strategy: "personal" | "profile" | "popular" = predicted.data.strategy;
  const page = await client.GET("/recommendations/{user_id}", {
    params: { path: { user_id: "ann" }, query: { limit: 20, offset: 40 } },
  });
  const total: number | undefined = page.data?.pagination.total;
  return [names, split, score, job, preview, strategy, total].length;
}

export async function refusedCalls(): Promise<void> {
  // @ts-expect-error: pages are counted
  await client.GET("/api/v1/project/", { params: { query: { page: "two" } } });
  // @ts-expect-error: there is no such state
  await client.GET("/api/v1/parameter_tuning_job/", { params: { query: { status: "ENDED" } } });
  // @ts-expect-error: a project has columns
  await client.POST("/api/v1/project/", { body: { name: "films" } });
}
