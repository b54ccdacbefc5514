import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { trainingDataResponse } from "#contract/training-data.ts";
import { trainingData } from "#db/schema.ts";
import { ingestionSpecOf } from "#services/files/ingestions.ts";
import { bodyOf, createProject, join, readAs, type TestApi, testApi } from "../../../runtime/api.ts";
import { instantIngestion } from "../../../runtime/ingestion.ts";
import { readyData } from "../../../runtime/study.ts";

const RATINGS = "user,item,grade\nann,a,0.5\nbob,b,4\n";

async function setUp(refusal: string | null = null) {
  let api: TestApi;
  const base = testApi();
  api = testApi({ jobs: { ...base.deps.jobs, ingest: instantIngestion(() => api, refusal) } });
  await join(api);
  const ann = await join(api);
  const { id: projectId } = await createProject(ann);
  const fileKey = `projects/${projectId}/uploads/${crypto.randomUUID()}`;
  await env.STORE.put(fileKey, RATINGS);
  const counting = { weights: {}, cap: 2, half_life_days: null };
  const reading = { counting, session_column: "visit", missing_words: "keep" as const };
  const again = (data: number, person = ann) => person.call("POST", `/training_data/${data}/read_again/`);
  const rows = async () =>
    api.deps.db.select().from(trainingData).where(eq(trainingData.projectId, projectId));
  return {
    api,
    ann,
    projectId,
    fileKey,
    again,
    rows,
    data: await readyData(projectId, { fileKey, reading }),
  };
}

it("reads a copy by the project's weights and columns, and leaves the first one as it is", async () => {
  const { api, ann, projectId, fileKey, again, rows, data } = await setUp();
  const [before] = await rows();
  const settings = { weight_column: "grade", weight_kind: "ratings", rating_min: 0.5, event_cap: null };
  expect((await ann.call("PATCH", `/project/${projectId}/`, settings)).status).toBe(200);
  const copy = await readAs(trainingDataResponse, await again(data), 201);
  expect(copy).toMatchObject({ status: "READY", basename: "log.csv", filesize: RATINGS.length });
  const [first, second] = await rows();
  expect(first).toEqual(before);
  expect(second?.fileKey).not.toBe(fileKey);
  expect(await (await env.STORE.get(second?.fileKey ?? ""))?.text()).toBe(RATINGS);
  const spec = await ingestionSpecOf(api.deps, "training_data", copy.id);
  expect(spec?.columns).toMatchObject({ weight: "grade", session: { column: "visit" } });
  expect(spec?.reading).toMatchObject({
    keepsMissingWords: true,
    counting: { cap: null, rule: { weight_kind: "ratings", rating_min: 0.5 } },
  });
});

it("says why a copy is refused, and leaves no row of it", async () => {
  const { again, rows, data } = await setUp("No row is left.");
  const answer = await again(data);
  expect(answer.status).toBe(400);
  expect(await bodyOf(answer)).toMatchObject({ file: ["No row is left."] });
  expect((await rows()).map(({ id }) => id)).toEqual([data]);
});

it("refuses files of events, files that are not read yet, deleted ones and those of others", async () => {
  const { api, projectId, again, data } = await setUp();
  const events = { up_to: 1, base: null, weights: {} };
  const ofEvents = await again(await readyData(projectId, { reading: { events } }));
  expect([ofEvents.status, JSON.stringify(await bodyOf(ofEvents))]).toEqual([
    400,
    expect.stringContaining("made of events"),
  ]);
  const unread = await again(await readyData(projectId, { status: "PENDING" }));
  expect(JSON.stringify(await bodyOf(unread))).toContain("not read yet");
  expect((await again(await readyData(projectId, { fileKey: null }))).status).toBe(404);
  const bob = await join(api);
  expect((await again(data, bob)).status).toBe(404);
});
