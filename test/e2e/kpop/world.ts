/** A deployment with the people and posts that the recorded exchanges with the K-pop service need. */
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import { modelKey } from "#storage/keys.ts";
import { createWorld } from "../api-world.ts";

/** As in the recording: a person who follows one community has 27 candidates, one who follows two has 54. */
const POSTS_PER_COMMUNITY = 27;
const COMMUNITIES = 6;
const FANS = 40;
const INTERACTIONS = 30;
const TAGS = ["live", "dance", "photo", "tour", "fanmeet", "cover"];
const DAY_MS = 86_400_000;

export interface KpopWorld {
  readonly key: string;
  /** The people of the recording, by their names there. */
  readonly people: ReadonlyMap<string, string>;
  /** Trains and deploys a model. Returns where its file is. */
  readonly retrain: () => Promise<string>;
}

const uuid = (kind: number, number: number) =>
  `00000000-0000-4000-a00${kind}-${String(number).padStart(12, "0")}`;
const communityOf = (number: number) => uuid(1, number % COMMUNITIES);
const POSTS = Array.from({ length: POSTS_PER_COMMUNITY * COMMUNITIES }, (_, at) => uuid(2, at));

export async function createKpopWorld(url: string, now: number): Promise<KpopWorld> {
  const world = await createWorld(url);
  const { client, project } = world;
  const lines = Array.from({ length: FANS }, (_, fan) =>
    Array.from({ length: INTERACTIONS }, (_, at) => `${uuid(3, fan)},${postOf(fan, at)},${1_000 + at}`),
  );
  const data = await world.upload(`user,item,at\n${lines.flat().join("\n")}\n`);
  const configuration = await client.post<ModelConfigurationResponse>("model_configuration/", {
    ...{ project: project.id, name: "hybrid", recommender_class_name: "IALS" },
    parameters_json: { n_components: 8, train_epochs: 3 },
  });
  const retrain = async () => {
    const { id } = await client.post<TrainedModelResponse>("trained_model/", {
      ...{ configuration: configuration.id, data_loc: data.id, deploy: "always" },
    });
    const trained = await waitFor(
      () => client.get<TrainedModelResponse>(`trained_model/${id}/`),
      ({ status, deployment }) => status === "FAILED" || (deployment ?? "") !== "",
    );
    if (trained.status !== "READY") throw new Error(`The model is ${trained.status}: ${trained.error ?? ""}`);
    return modelKey(project.id, id);
  };
  await retrain();
  const scopes = ["predict", "items", "events"];
  const { key } = await client.post<ApiKeyCreatedResponse>("api_keys/", {
    ...{ project: project.id, name: "kpop", scopes },
  });
  const send = async (method: string, path: string, body: unknown): Promise<Response> => {
    const headers = { "X-API-Key": key, "Content-Type": "application/json" };
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  for (const [at, post] of POSTS.entries())
    await send("PUT", `/v1/items/${post}`, { properties: propertiesOf(at, now) });
  const people = await addPeople(send);
  // Written items count within a second.
  const follower = people.get("new_fan_follows_2");
  await waitFor(
    async () =>
      (await (
        await send("POST", "/v1/recommend", { user_id: follower, limit: 1 })
      ).json()) as RecommendResponse,
    ({ total }) => total >= POSTS.length,
  );
  return { key, people, retrain };
}

/** Fans like every second post, each fan others. */
const postOf = (fan: number, at: number) => POSTS[(fan * 7 + at * 2) % POSTS.length] as string;

function propertiesOf(at: number, now: number) {
  return {
    communityId: communityOf(at),
    tags: [TAGS[at % TAGS.length], TAGS[(at * 5 + 1) % TAGS.length]],
    createdAt: new Date(now - (at % 20) * DAY_MS).toISOString(),
    ...{ view_count: 5 + (at % 20), like_count: at % 6, comment_count: at % 3 },
  };
}

async function addPeople(send: (method: string, path: string, body: unknown) => Promise<unknown>) {
  const follows: Readonly<Record<string, readonly string[]>> = {
    idol: [],
    new_fan_follows_2: [communityOf(0), communityOf(1)],
    new_fan_no_follow: [],
    new_fan_4_views: [communityOf(0)],
    new_fan_6_views: [communityOf(0)],
    new_post_user: [communityOf(0)],
  };
  const people = new Map([
    ["active_fan", uuid(3, 0)],
    ["missing_uuid", "00000000-0000-4000-8000-000000000000"],
  ]);
  for (const [at, [name, communities]] of Object.entries(follows).entries()) {
    const id = uuid(4, at);
    people.set(name, id);
    const role = name === "idol" ? "IDOL" : "FAN";
    await send("PUT", `/v1/users/${id}`, { properties: { role, communities } });
    const views = Number(/_(\d)_views$/.exec(name)?.[1] ?? 0);
    const events = Array.from({ length: views }, (_, view) => ({
      ...{ user_id: id, item_id: POSTS[view * COMMUNITIES], type: "view" },
    }));
    if (views > 0) await send("POST", "/v1/events", events);
  }
  return people;
}
