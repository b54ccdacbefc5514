import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { deletionResponse } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { trainedModel } from "#db/schema.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { createProject, join, type Person, readAs, type TestApi, testApi } from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

beforeEach(async () => {
  await env.DB.prepare("delete from deletion").run();
});

/** A project with a model whose training never ends. */
async function stuckProject(person: Person, api: TestApi): Promise<number> {
  const { id } = await createProject(person);
  const configuration = { project: id, recommender_class_name: "TopPopRecommender" };
  const configurationId = await post(person, "/model_configuration/", configuration);
  const modelId = await readyModel(
    id,
    configurationId,
    await readyData(id, { artifactKey: null, status: "FAILED" }),
  );
  await api.deps.db
    .update(trainedModel)
    .set({ status: "TRAINING", artifactKey: null })
    .where(eq(trainedModel.id, modelId));
  return id;
}

async function setUp() {
  const api = testApi();
  await join(api);
  const [ann, bob, cleo] = [await join(api), await join(api), await join(api)];
  const ordersOf = (person: Person) =>
    api.deps.db.select().from(deletion).where(eq(deletion.ownerId, person.session.user.pk));
  const tick = (minutes: number) =>
    driveDeletions({ ...api.deps, clock: () => api.deps.clock() + minutes * 61_000 });
  return { api, ann, bob, cleo, ordersOf, tick };
}

const erase = (person: Person, projectId: number, userId: string) =>
  person.call("POST", `/project/${projectId}/erase_person/`, { user_id: userId });

describe("orders to delete", () => {
  it("end although another owner has thirty that wait for something", async () => {
    const { api, ann, bob, cleo, ordersOf, tick } = await setUp();
    const stuck = await stuckProject(ann, api);
    for (let n = 0; n < 30; n++) expect((await erase(ann, stuck, `u${n}`)).status).toBe(202);
    const { id } = await createProject(bob);
    expect((await bob.call("DELETE", `/project/${id}/`)).status).toBe(204);
    const other = await createProject(cleo);
    expect((await erase(cleo, other.id, "u1")).status).toBe(202);
    for (const minutes of [1, 2]) await tick(minutes);
    expect(await ordersOf(bob)).toMatchObject([{ status: "COMPLETED" }]);
    expect(await ordersOf(cleo)).toMatchObject([{ status: "COMPLETED" }]);
    expect((await ordersOf(ann)).every(({ status }) => status === "RUNNING")).toBe(true);
  });

  it("of one owner have their turn one after another, so that none of many is forgotten", async () => {
    const { api, ann, ordersOf, tick } = await setUp();
    const stuck = await stuckProject(ann, api);
    for (let n = 0; n < 12; n++) await erase(ann, stuck, `u${n}`);
    const before = api.deps.clock();
    for (const minutes of [1, 2, 3]) await tick(minutes);
    const looked = (await ordersOf(ann)).map(({ updatedAt }) => updatedAt);
    expect(looked.every((at) => at > before)).toBe(true);
  });

  it("wait behind the others when they fail, and are tried again", async () => {
    const { ann, bob, ordersOf, tick } = await setUp();
    for (let n = 0; n < 22; n++) {
      const { id } = await createProject(ann);
      await env.STORE.put(`projects/${id}/models/1.edgewise`, "1");
      await ann.call("DELETE", `/project/${id}/`);
    }
    await env.DB.prepare("update deletion set report = '{'").run();
    const { id } = await createProject(bob);
    await bob.call("DELETE", `/project/${id}/`);
    await env.DB.prepare("update deletion set updated_at = updated_at + 1000 where owner_id = ?")
      .bind(bob.session.user.pk)
      .run();
    for (const minutes of [1, 2, 3]) await tick(minutes).catch(() => undefined);
    expect(await ordersOf(bob)).toMatchObject([{ status: "COMPLETED" }]);
  });

  it("stay one order when they are repeated", async () => {
    const { api, ann, ordersOf } = await setUp();
    const { id } = await createProject(ann);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ann.call("DELETE", `/project/${id}/`)),
    );
    expect(answers.every(({ status }) => status === 204 || status === 404)).toBe(true);
    expect(await ordersOf(ann)).toHaveLength(1);
    const stuck = await stuckProject(ann, api);
    const asked = await Promise.all(Array.from({ length: 20 }, () => erase(ann, stuck, "u1")));
    const ids = await Promise.all(
      asked.map(async (answer) => (await readAs(deletionResponse, answer, 202)).id),
    );
    expect(new Set(ids).size).toBe(1);
    expect((await readAs(deletionResponse, await erase(ann, stuck, "u2"), 202)).id).not.toBe(ids[0]);
    expect(await ordersOf(ann)).toHaveLength(3);
  });

  it("are a new order once the first is done", async () => {
    const { ann, ordersOf, tick } = await setUp();
    const { id } = await createProject(ann);
    await erase(ann, id, "u1");
    for (const minutes of [1, 2]) await tick(minutes);
    expect(await ordersOf(ann)).toMatchObject([{ status: "COMPLETED", subject: null }]);
    await erase(ann, id, "u1");
    expect(await ordersOf(ann)).toHaveLength(2);
  });
});
