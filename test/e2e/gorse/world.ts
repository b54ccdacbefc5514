/** Projects for exchanges with Gorse's API, each with a key, and models of their feedback. */
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { ProjectResponse } from "#contract/project.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import type { World } from "../api-world.ts";

export interface GorseProject {
  readonly key: string;
  /** Trains a model of the feedback so far, and waits until it serves. */
  train(): Promise<void>;
  /** Sends a body to an address of the API. Throws if it is refused. */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
}

const SCOPES = ["predict", "events", "items", "read", "write"];

export async function createGorseProject({ client, modelEnd }: World, url: string): Promise<GorseProject> {
  const project = await client.post<ProjectResponse>("project/", {
    ...{ name: `gorse-${crypto.randomUUID()}`, user_column: "user_id", item_column: "item_id" },
    event_weights: { star: 1, read: 0 },
  });
  const { key } = await client.post<ApiKeyCreatedResponse>("api_keys/", {
    ...{ project: project.id, name: "gorse", scopes: SCOPES },
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { "X-API-Key": key, "Content-Type": "application/json" };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers, ...content });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    key,
    send: (method, path, body) => call(method, `/gorse/api${path}`, body),
    async train() {
      const begun = await client.post<TrainingDataResponse>(`project/${project.id}/event_data/`, {
        base: null,
      });
      const data = await waitFor(
        () => client.get<TrainingDataResponse>(`training_data/${begun.id}/`),
        ({ status }) => status === "READY" || status === "FAILED",
      );
      if (data.status !== "READY") throw new Error("The data are not ready.");
      const configuration = await client.post<ModelConfigurationResponse>("model_configuration/", {
        ...{
          project: project.id,
          name: "neighbours",
          recommender_class_name: "CosineKNN",
          parameters_json: {},
        },
      });
      const { id } = await client.post<TrainedModelResponse>("trained_model/", {
        ...{ configuration: configuration.id, data_loc: begun.id },
      });
      const model = await modelEnd(id);
      if (model.status !== "READY") throw new Error(`The model is ${model.status}: ${model.error ?? ""}`);
      await waitFor(
        async () => (await call("POST", "/v1/recommend", {})) as RecommendResponse,
        ({ model_id: serving }) => serving === id,
      );
    },
  };
}

const ITEMS = 20;
const USERS = 5;
const LIKED = 8;

/** People and items as the recordings have them: person n likes the items 2n to 2n + 7. */
export async function addPeople(project: GorseProject, prefix: string, since: number): Promise<void> {
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, at) => at + from);
  const timeOf = (number: number) => new Date(since + number * 60_000).toISOString();
  const users = numbers(USERS, 1).map((n) => ({ UserId: `${prefix}-user-${n}`, Labels: { plan: "free" } }));
  const items = numbers(ITEMS).map((n) => ({
    ...{ ItemId: `${prefix}-item-${n}`, IsHidden: false, Categories: [n % 2 === 0 ? "even" : "odd"] },
    ...{ Labels: { topic: [`t${n % 3}`] }, Timestamp: timeOf(n), Comment: `Item ${n}` },
  }));
  const feedback = numbers(USERS, 1).flatMap((user) =>
    numbers(LIKED, 2 * user).map((item) => ({
      ...{ FeedbackType: "star", UserId: `${prefix}-user-${user}`, ItemId: `${prefix}-item-${item}` },
      ...{ Value: 1, Timestamp: timeOf(0) },
    })),
  );
  await project.send("POST", "/users", users);
  await project.send("POST", "/items", items);
  await project.send("POST", "/feedback", feedback);
}
