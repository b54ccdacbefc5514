/**
 * AiREC's clients against a real stack that is killed while it trains. Films and ratings are generated here. With `EDGEWISE_AIREC` naming the
 * folder of the recorded exchanges, these are replayed, too.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { filmsCsv, ratedBy, ratingsCsv, similarByTheBook } from "./airec/films.ts";
import { KNOWN_DIFFERENCES } from "./airec/known-differences.ts";
import { replay } from "./replay/replay.ts";
import { readLines } from "./replay/transcript.ts";

const EMAIL = "contract@example.com";
const PASSWORD = "walnut-Harbor-27";
const SETTINGS = { EDGEWISE_AIREC_OPEN: EMAIL, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" };
const CONTENT = { item_id: "film", item_title: "name", feature_cols: ["genre", "plot"] };
const RATINGS = { user_id: "viewer", item_id: "film", rating: "stars" };
const FILM = "Silent River";

interface Project {
  readonly id: number;
  readonly status: string;
  readonly error?: string;
}

type Row = Readonly<Record<string, string>>;

let stack: TestStack;
const get = async <Body = unknown>(path: string) => {
  const answer = await fetch(`${stack.url}/airec${path}`);
  return { status: answer.status, body: (await answer.json()) as Body };
};
const listOf = async (id: number, query: Record<string, string>) =>
  (await get<{ recommendations: Row[] }>(`/project/${id}/recommendations?${new URLSearchParams(query)}`)).body
    .recommendations;

async function create(parts: { content?: object; ratings?: object; films?: string }): Promise<number> {
  const form = new FormData();
  form.append("project_name", "films");
  if (parts.content) {
    form.append("content_schema_json", JSON.stringify(parts.content));
    form.append("content_file", new File([parts.films ?? filmsCsv()], "films.csv"));
  }
  if (parts.ratings) {
    form.append("interaction_schema_json", JSON.stringify(parts.ratings));
    form.append("interaction_file", new File([ratingsCsv()], "ratings.csv"));
  }
  const answer = await fetch(`${stack.url}/airec/create-project/`, { method: "POST", body: form });
  const project = (await answer.json()) as Project;
  expect([answer.status, project.status]).toEqual([200, "pending"]);
  return project.id;
}

const ended = (id: number): Promise<Project> =>
  waitFor(
    async () => (await get<Project>(`/project/${id}/status`)).body,
    ({ status }) => status === "ready" || status === "error",
  );

beforeAll(async () => {
  stack = await startTestStack({ settings: SETTINGS });
  const body = JSON.stringify({ name: "Contract", email: EMAIL, password: PASSWORD });
  const headers = { "Content-Type": "application/json" };
  const signup = await fetch(`${stack.url}/airec/auth/signup`, { method: "POST", headers, body });
  expect(signup.status).toBe(201);
});

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

describe("projects of AiREC's clients", () => {
  it("are ready after the stack was killed in the middle of their work", async () => {
    const ids = [await create({ content: CONTENT }), await create({ ratings: RATINGS })];
    ids.push(await create({ content: CONTENT, ratings: RATINGS }));
    await stack.kill();
    const { stateDir, port } = stack;
    stack = await startTestStack({ stateDir, port, settings: SETTINGS });
    const projects = await Promise.all(ids.map(ended));
    expect(projects.map(({ status, error }) => error ?? status)).toEqual(["ready", "ready", "ready"]);
    const [content = 0, collaborative = 0, hybrid = 0] = ids;
    await answersByTitle(content);
    await answersForPeople(collaborative);
    await answersForBoth(hybrid);
  });

  it.each([
    ["a column that is missing", { ...CONTENT, item_title: "nope" }, filmsCsv(), /"nope"/],
    [
      "text that is not UTF-8",
      CONTENT,
      latin1("film,name,genre,plot\n1,Caf\u00e9,Drama,caf\u00e9\n"),
      /UTF-8/i,
    ],
    ["no features", { item_id: "film", item_title: "name" }, filmsCsv(), /feature_cols/],
  ])(
    "say what is wrong with %s",
    async (_, content, films, reason) => {
      const id = await createAny(content, films);
      const project = await ended(id);
      expect(project.status).toBe("error");
      expect(project.error).toMatch(reason);
      expect((await get(`/project/${id}/recommendations?item_title=x`)).body).toEqual({
        detail: "Project status is error.",
      });
    },
    60_000,
  );

  it.runIf(process.env.EDGEWISE_AIREC)(
    "answer as in the recorded exchanges",
    async () => {
      const folder = process.env.EDGEWISE_AIREC ?? "";
      const own = await startTestStack({ settings: SETTINGS });
      try {
        const given: [string, unknown][] = [
          ["email", EMAIL],
          ["password", PASSWORD],
          ["receiver", "http://127.0.0.1:9"],
        ];
        const outcomes = await replay(readLines(folder), {
          base: `${own.url}/airec`,
          folder,
          variables: new Map(given),
        });
        const different = outcomes.filter(({ verdict }) => verdict === "different");
        expect(different.filter(({ line }) => !KNOWN_DIFFERENCES.has(line.seq))).toEqual([]);
        expect(outcomes.filter(({ verdict }) => verdict === "equal").length).toBeGreaterThan(100);
      } finally {
        await own.stop();
        removeState(own.stateDir);
      }
    },
    240_000,
  );
});

async function answersByTitle(id: number): Promise<void> {
  const expected = similarByTheBook(FILM);
  expect(await listOf(id, { item_title: FILM })).toEqual(expected.slice(0, 10));
  expect(await listOf(id, { item_title: FILM, n: "500" })).toEqual(expected);
  expect(await listOf(id, { item_title: FILM.toLowerCase() })).toEqual([]);
  const { body: items } = await get<Row[]>(`/project/${id}/items`);
  expect(items.slice(0, 2)).toEqual([
    { id: "1000", title: FILM },
    { id: "1001", title: "Golden Harbor" },
  ]);
  expect((await get(`/project/${id}/recommendations?user_id=u1`)).status).toBe(400);
}

async function answersForPeople(id: number): Promise<void> {
  const list = await listOf(id, { user_id: "u001", n: "500" });
  const rated = ratedBy("u001");
  expect(list.filter(({ item_id = "" }) => rated.has(item_id))).toEqual([]);
  expect(list).toHaveLength(80 - rated.size);
  expect(new Set(list.map(({ item_id }) => item_id)).size).toBe(list.length);
  expect(await listOf(id, { user_id: "nobody" })).toEqual([]);
  expect((await get<Row[]>(`/project/${id}/users`)).body.slice(0, 2)).toEqual([
    { id: "u001" },
    { id: "u002" },
  ]);
}

async function answersForBoth(id: number): Promise<void> {
  const similar = similarByTheBook(FILM);
  const both = { item_title: FILM, user_id: "u001" };
  expect(await listOf(id, { ...both, n: "3" })).toEqual(similar.slice(0, 3));
  const personal = await listOf(id, { ...both, item_title: "No Such Film", n: "3" });
  expect(personal).toHaveLength(3);
  const mixed = await listOf(id, { ...both, n: "4", mix: "interleaved" });
  expect(mixed.slice(0, 2)).toEqual([
    similar[0],
    personal.find((row) => JSON.stringify(row) !== JSON.stringify(similar[0])),
  ]);
  expect(await listOf(id, { item_title: "No Such Film", user_id: "nobody" })).toEqual([]);
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** A project that may be in error from the beginning. */
async function createAny(content: object, films: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const form = new FormData();
  form.append("project_name", "broken");
  form.append("content_schema_json", JSON.stringify(content));
  form.append("content_file", new File([films], "films.csv"));
  const answer = await fetch(`${stack.url}/airec/create-project/`, { method: "POST", body: form });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Project).id;
}
