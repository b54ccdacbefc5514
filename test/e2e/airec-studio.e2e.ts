/** A whole visit to AiREC's studio, in the order of its calls and without a token, against a real stack that is open for it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { filmsCsv, ratedBy, ratingsCsv, similarByTheBook } from "./airec/films.ts";
import { EMAIL, openStudio, SETTINGS, type Studio, type StudioProject } from "./airec/studio.ts";

const FILM = "Silent River";
const CONTENT = {
  schema: { item_id: "film", item_title: "name", feature_cols: ["genre", "plot"] },
  text: filmsCsv(),
};
const RATINGS = { schema: { user_id: "viewer", item_id: "film", rating: "stars" }, text: ratingsCsv() };

let stack: TestStack;
let studio: Studio;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0, settings: SETTINGS });
  studio = openStudio(stack.url);
});

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

/** Polls as the studio does. */
const ended = (id: number): Promise<StudioProject> =>
  waitFor(
    () => studio.status(id),
    ({ status }) => status === "ready" || status === "error",
  );

it("signs in, makes projects, shows lists, registers an app and sees its use", async () => {
  expect(await studio.signUp()).toEqual({ message: "Signup successful", success: true });
  expect(await studio.logIn()).toMatchObject({ success: true, email: EMAIL, name: "Contract" });
  expect(await studio.projects()).toEqual([]);

  const made = await studio.create({ name: "films", content: CONTENT, interactions: RATINGS });
  expect(made).toMatchObject({ status: "pending", model_type: "hybrid", mlflow_model_name: null });
  const ready = await ended(made.id);
  expect(ready).toMatchObject({ status: "ready", mlflow_model_name: `project-${made.id}-recommender` });
  expect(await studio.projects()).toEqual([ready]);

  const [items, users] = await Promise.all([studio.items(made.id), studio.users(made.id)]);
  expect([items.length, items[0]]).toEqual([80, { id: "1000", title: FILM }]);
  expect([users.length, users[0]]).toEqual([120, { id: "u001" }]);
  const query = { item_title: FILM, user_id: "u001", n: "10" };
  const { model_type: type, recommendations } = await studio.recommendations(made.id, query);
  expect([type, recommendations]).toEqual(["hybrid", similarByTheBook(FILM).slice(0, 10)]);

  expect(await studio.apps()).toEqual([]);
  const app = await studio.register("MovieRec", "http://127.0.0.1:9/hook");
  expect(app).toMatchObject({ success: true, app_name: "MovieRec" });
  expect(await studio.usage()).toEqual([]);
  const page = await askAsPage(app.api_key, { project_id: made.id, item_title: FILM, user_id: "u001" });
  expect(page).toMatchObject({ success: true, model_type: "hybrid", recommendations });
  expect(await studio.usage()).toMatchObject([{ app_name: "MovieRec", usage_count: 1 }]);
});

it("trains a project of people alone, and lists what they have not rated", async () => {
  const { id } = await studio.create({ name: "people", interactions: RATINGS });
  expect(await ended(id)).toMatchObject({ status: "ready", model_type: "collaborative" });
  const { recommendations } = await studio.recommendations(id, { user_id: "u002", n: "10" });
  const rated = ratedBy("u002");
  expect(recommendations).toHaveLength(10);
  expect(recommendations.filter(({ item_id = "" }) => rated.has(item_id))).toEqual([]);
});

/** As a page of any origin, by its key. */
async function askAsPage(key: string, body: object): Promise<unknown> {
  const answer = await fetch(`${stack.url}/airec/api/recommend`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-api-key": key, Origin: "null" },
    body: JSON.stringify(body),
  });
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  return answer.json();
}
