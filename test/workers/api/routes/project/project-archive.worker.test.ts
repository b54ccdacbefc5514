import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { projectImportResponse, projectResponse } from "#contract/project.ts";
import { deletion } from "#db/deletion-schema.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import {
  deploymentSlot,
  modelConfiguration,
  project,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
} from "#db/schema.ts";
import { ImportGuard } from "#services/archive/import-guard.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import {
  bodyOf,
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
} from "../../../runtime/api.ts";
import { goLive, post, readyData, readyModel } from "../../../runtime/study.ts";

const CSV = "user,item\n1,2\n";

/** A project with one row of each resource in an archive; its files are `CSV` and a model of five bytes. */
const MODEL = [{ name: "a", data: new Uint8Array([1, 2, 3]) }];
const artifactsOf = (api: TestApi) => createArtifactStore(env.STORE, api.deps.artifactKeys);

async function storeModel(api: TestApi, key: string): Promise<void> {
  await artifactsOf(api).put(key, { kind: "model", meta: namesOfKey(key) ?? {}, sections: MODEL });
}

async function fullProject(api: TestApi, ann: Person) {
  const { db } = api.deps;
  const { id, name } = await createProject(ann, { time_column: "at", header: "yes" });
  const dataId = await readyData(id, { filesize: CSV.length, reading: { separator: "comma" } });
  const [data] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
  await env.STORE.put(data?.fileKey ?? "", CSV);
  const split = await post(ann, "/split_config/", { heldout_ratio: 0.3, name: "mine" });
  const evaluation = await post(ann, "/evaluation_config/", { cutoff: 7 });
  const jobId = await post(ann, "/parameter_tuning_job/", { data: dataId, split, evaluation, n_trials: 3 });
  const configuration = { project: id, recommender_class_name: "TopPopRecommender", name: "c" };
  const configurationId = await post(ann, "/model_configuration/", configuration);
  await db
    .update(modelConfiguration)
    .set({ tuningJobId: jobId })
    .where(eq(modelConfiguration.id, configurationId));
  const modelId = await readyModel(id, configurationId, dataId);
  const [model] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  await storeModel(api, model?.artifactKey ?? "");
  await db
    .update(trainedModel)
    .set({ metrics: { "ndcg@7": 0.5 }, tuningJobId: jobId })
    .where(eq(trainedModel.id, modelId));
  const ended = {
    status: "COMPLETED",
    bestConfigId: configurationId,
    tunedModelId: modelId,
    bestScore: 0.5,
  } as const;
  await db.update(tuningJob).set(ended).where(eq(tuningJob.id, jobId));
  await goLive(api, id, modelId);
  await post(ann, "/retraining_schedule/", {
    project: id,
    model_configuration: configurationId,
    is_enabled: true,
  });
  await post(ann, "/api_keys/", { project: id, name: "secret key", scopes: ["predict"] });
  return { id, name };
}

async function exported(ann: Person, id: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await ann.call("GET", `/project/${id}/export/`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-tar"]);
  return new Uint8Array(await response.arrayBuffer());
}

function importing(
  api: TestApi,
  person: Person,
  archive: Uint8Array<ArrayBuffer>,
  name: string | null = "copy",
) {
  const body = new FormData();
  if (name !== null) body.append("name", name);
  body.append("file", new File([archive], "project.tar"));
  const headers = { authorization: `Bearer ${person.session.access}` };
  return api.fetch("/api/v1/project_import/", { method: "POST", headers, body });
}

/** Everything that an import could leave behind: projects of an account, hidden or not, her splits, and objects. */
async function leftOf(api: TestApi, person: Person) {
  const { db } = api.deps;
  const pk = person.session.user.pk;
  const projects = await db.select().from(project).where(eq(project.ownerId, pk));
  const splits = await db.select().from(splitConfig).where(eq(splitConfig.createdBy, pk));
  const lists = await Promise.all(projects.map(({ id }) => env.STORE.list({ prefix: `projects/${id}/` })));
  return {
    projects: projects.length,
    splits: splits.length,
    objects: lists.flatMap(({ objects }) => objects).length,
  };
}

async function twoPeople(overrides = {}) {
  const api = testApi(overrides);
  await join(api);
  return { api, ann: await join(api), bob: await join(api) };
}

const at = (api: TestApi, ms: number) => ({ ...api.deps, clock: () => api.deps.clock() + ms });

describe("an archive of a project", () => {
  it("becomes the same project again, with ids of its own, for the account that imports it", async () => {
    const { api, ann, bob } = await twoPeople();
    const { id } = await fullProject(api, ann);
    const archive = await exported(ann, id);
    const made = await readAs(projectImportResponse, await importing(api, bob, archive), 201);
    expect(made).toMatchObject({
      name: "copy",
      owner: bob.session.user.pk,
      time_column: "at",
      header: "yes",
      notice: expect.stringContaining("arrived switched off"),
    });
    const { db } = api.deps;
    const [data] = await db.select().from(trainingData).where(eq(trainingData.projectId, made.id));
    expect(data).toMatchObject({
      status: "PENDING",
      basename: "log.csv",
      filesize: CSV.length,
      reading: { separator: "comma" },
    });
    expect(await (await env.STORE.get(data?.fileKey ?? ""))?.text()).toBe(CSV);
    expect(api.calls).toContainEqual(["ingest", "training_data", data?.id]);
    const [model] = await db.select().from(trainedModel).where(eq(trainedModel.projectId, made.id));
    expect(model).toMatchObject({
      status: "READY",
      metrics: { "ndcg@7": 0.5 },
      filesize: (await env.STORE.head(model?.artifactKey ?? ""))?.size,
      dataId: data?.id,
    });
    expect(model?.artifactKey).toBe(`projects/${made.id}/models/${model?.id}.edgewise`);
    // Signed for its new project, and otherwise unchanged.
    const stored = await artifactsOf(api).get(model?.artifactKey ?? "", "model");
    expect(stored).toMatchObject({ sections: MODEL, meta: { project_id: made.id, model_id: model?.id } });
    const [job] = await db.select().from(tuningJob).where(eq(tuningJob.projectId, made.id));
    const [configuration] = await db
      .select()
      .from(modelConfiguration)
      .where(eq(modelConfiguration.projectId, made.id));
    expect(job).toMatchObject({
      status: "COMPLETED",
      trialCount: 3,
      tunedModelId: model?.id,
      bestConfigId: configuration?.id,
    });
    expect(configuration).toMatchObject({ tuningJobId: job?.id, name: "c" });
    const [split] = await db
      .select()
      .from(splitConfig)
      .where(eq(splitConfig.id, job?.splitId ?? 0));
    expect(split).toMatchObject({
      createdBy: bob.session.user.pk,
      heldoutRatio: 0.3,
      name: "mine",
      importId: null,
    });
    const [slot] = await db.select().from(deploymentSlot).where(eq(deploymentSlot.projectId, made.id));
    expect(slot).toMatchObject({ modelId: model?.id, isDefault: true });
    const [schedule] = await db
      .select()
      .from(retrainingSchedule)
      .where(eq(retrainingSchedule.projectId, made.id));
    expect(schedule).toMatchObject({ configurationId: configuration?.id, isEnabled: false, nextRunAt: null });
    expect(await env.ROUTING.get(`project:${made.id}`)).toContain(`models/${model?.id}.edgewise`);
    expect(await db.select().from(deletion).where(eq(deletion.projectId, made.id))).toEqual([]);
  });

  it("contains no key, no hash and no account name", async () => {
    const { api, ann } = await twoPeople();
    const { id } = await fullProject(api, ann);
    const text = new TextDecoder().decode(await exported(ann, id));
    for (const secret of ["secret key", "key_hash", "keyHash", ann.username])
      expect(text).not.toContain(secret);
    const { results } = await env.DB.prepare("select key_hash from api_key").all<{ key_hash: string }>();
    for (const { key_hash: hash } of results) expect(text).not.toContain(hash);
  });

  it("is exported by its owner alone, and imported under a free name", async () => {
    const { api, ann, bob } = await twoPeople();
    const { id, name } = await fullProject(api, ann);
    expect((await bob.call("GET", `/project/${id}/export/`)).status).toBe(404);
    const archive = await exported(ann, id);
    const before = await leftOf(api, ann);
    const taken = await importing(api, ann, archive, null);
    expect([taken.status, await bodyOf(taken)]).toEqual([
      400,
      { name: ["A project with this name already exists."] },
    ]);
    expect(await leftOf(api, ann)).toEqual(before);
    const kept = await readAs(projectResponse, await importing(api, bob, archive, null), 201);
    expect(kept.name).toBe(name);
  });

  it("has models of another deployment trained again", async () => {
    const { api, ann, bob } = await twoPeople();
    const { id } = await fullProject(api, ann);
    const archive = await exported(ann, id);
    const foreign = testApi({
      preview: {
        ...api.deps.preview,
        sample: async () => ({ ok: false, code: "BAD_ARTIFACT", message: "" }),
      },
    });
    const made = await readAs(projectResponse, await importing(foreign, bob, archive), 201);
    const [model] = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, made.id));
    expect(model).toMatchObject({ status: "PENDING", artifactKey: null });
    expect((await env.STORE.list({ prefix: `projects/${made.id}/models/` })).objects).toEqual([]);
  });

  const cut = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.length - 4096);
  const changed = (bytes: Uint8Array<ArrayBuffer>, from: string, to: string) => {
    const text = new TextDecoder("latin1").decode(bytes);
    const position = text.indexOf(from);
    if (position < 0) throw new Error(`${from} is not in the archive`);
    const copy = bytes.slice();
    copy.set(new TextEncoder().encode(to), position);
    return copy;
  };

  /** Another first digit for the first number called `name`: a fixed one could be what is there already. */
  const otherNumber = (bytes: Uint8Array<ArrayBuffer>, name: string) => {
    const found = new TextDecoder("latin1").decode(bytes).match(new RegExp(`"${name}":([1-9])`));
    if (found === null) throw new Error(`${name} has no number in the archive`);
    return changed(bytes, found[0], `"${name}":${found[1] === "9" ? 8 : 9}`);
  };

  it.each([
    ["is cut off", cut, /cut off|ends in the middle/],
    [
      "has a changed file",
      (b: Uint8Array<ArrayBuffer>) => changed(b, "EDGEWISE", "EDGEVISE"),
      /does not match the manifest/,
    ],
    [
      "has changed rows",
      (b: Uint8Array<ArrayBuffer>) => changed(b, '"n_trials":3', '"n_trials":4'),
      /does not match the manifest/,
    ],
    [
      "names rows it lacks",
      (b: Uint8Array<ArrayBuffer>) => otherNumber(b, "split"),
      /refers to split_config/,
    ],
    [
      "is not an archive",
      () => new TextEncoder().encode("x".repeat(5000)) as Uint8Array<ArrayBuffer>,
      /not a tar archive/,
    ],
    [
      "has rows that cannot be",
      (b: Uint8Array<ArrayBuffer>) => changed(b, '"cutoff":7', '"cutoff":x'),
      /is not JSON/,
    ],
  ])("that %s is refused, and leaves nothing behind", async (_what, spoil, reason) => {
    const { api, ann, bob } = await twoPeople();
    const { id } = await fullProject(api, ann);
    const response = await importing(api, bob, spoil(await exported(ann, id)));
    expect(response.status).toBe(400);
    expect(JSON.stringify(await bodyOf(response))).toMatch(reason);
    expect(await leftOf(api, bob)).toEqual({ projects: 0, splits: 0, objects: 0 });
  });

  it("that is killed half-way is rolled back", async () => {
    const { api, ann, bob } = await twoPeople();
    const { id } = await fullProject(api, ann);
    const archive = await exported(ann, id);
    const store = Object.create(env.STORE) as R2Bucket;
    store.put = (() => new Promise(() => undefined)) as never;
    const stuck = testApi({ store });
    void importing(stuck, bob, archive);
    await expect.poll(async () => (await leftOf(api, bob)).splits).toBe(1);
    expect((await readAs(pageOf(projectResponse), await bob.call("GET", "/project/"))).count).toBe(0);
    await driveDeletions(at(api, 1_000));
    expect((await leftOf(api, bob)).projects).toBe(1);
    await driveDeletions(at(api, 90_000));
    expect(await leftOf(api, bob)).toEqual({ projects: 0, splits: 0, objects: 0 });
  });

  it("is hidden once its time is up and its erasure has begun", async () => {
    const { api, ann } = await twoPeople();
    const row = { ownerId: ann.session.user.pk, name: "late", userColumn: "u", itemColumn: "i" };
    const guard = await ImportGuard.open(api.deps, row);
    await driveDeletions(at(api, 61_000));
    await expect(guard.finish()).rejects.toThrow(/given up/);
    expect((await leftOf(api, ann)).projects).toBe(0);
  });

  it("is not imported with a key, nor without a file", async () => {
    const { api, ann } = await twoPeople();
    const headers = { authorization: `Bearer ${ann.session.access}` };
    const body = new FormData();
    body.append("name", "x");
    const response = await api.fetch("/api/v1/project_import/", { method: "POST", headers, body });
    expect([response.status, await bodyOf(response)]).toEqual([400, { file: ["file is required."] }]);
  });
});
