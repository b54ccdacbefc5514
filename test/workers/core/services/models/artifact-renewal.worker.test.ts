import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { trainedModel, tuningJob } from "#db/schema.ts";
import { renewArtifacts } from "#services/models/artifact-renewal.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { checkpointKey, modelKey, studyPartKey, studySampleKey } from "#storage/keys.ts";
import { createProject, join, testApi } from "../../../runtime/api.ts";
import { post, readyData, readyModel, studyParts } from "../../../runtime/study.ts";

const [OLD, NEW] = ["old-secret-of-at-least-32-characters", "new-secret-of-at-least-32-characters"] as const;

it("renews all models over some runs, leaves foreign objects, and says when the old secret can go", async () => {
  await env.DB.prepare("delete from user").run();
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: project } = await createProject(ann);
  const data = await readyData(project, { artifactKey: null });
  const configuration = await post(ann, "/model_configuration/", {
    project,
    recommender_class_name: "TopPopRecommender",
  });
  const old = createArtifactStore(env.STORE, () => createArtifactKeyRing([OLD]));
  const renewed = createArtifactStore(env.STORE, () => createArtifactKeyRing([NEW]));
  const keys: string[] = [];
  for (let at = 0; at < 45; at++) {
    const id = await readyModel(project, configuration, data);
    const key = modelKey(project, id);
    await api.deps.db.update(trainedModel).set({ artifactKey: key }).where(eq(trainedModel.id, id));
    const sections = [{ name: "a", data: new Uint8Array([at]) }];
    await old.put(key, { kind: "model", meta: { project_id: project, model_id: id }, sections });
    keys.push(key);
  }
  // Two exchanged models, and a missing one.
  const [first = "", second = "", lost = ""] = keys;
  const bytes = await Promise.all(
    [first, second].map(async (key) => (await env.STORE.get(key))?.arrayBuffer()),
  );
  await env.STORE.put(first, bytes[1] ?? "");
  await env.STORE.put(second, bytes[0] ?? "");
  await env.STORE.delete(lost);
  const deps = { ...api.deps, artifactKeys: () => createArtifactKeyRing([NEW, OLD]) };
  const runs = [];
  for (let run = 0; run < 6; run++) runs.push(await renewArtifacts(deps));
  expect(runs[0]).toMatchObject({ renewed: 37, refused: 3, completeAt: null });
  expect(runs.at(-1)).toMatchObject({ renewed: 0, refused: 3, completeAt: api.deps.clock() });
  for (const key of keys.slice(3)) expect((await renewed.get(key, "model")).sections).toHaveLength(1);
  await expect(renewed.get(first, "model")).rejects.toThrow();
  expect(api.logged.map(({ fields }) => fields?.all_by_the_newest)).toContain(true);
  // Another secret starts the round again.
  const third = "third-secret-of-at-least-32-characters";
  const again = await renewArtifacts({ ...deps, artifactKeys: () => createArtifactKeyRing([third, NEW]) });
  expect(again).toMatchObject({ renewed: 37, completeAt: null });
});

it("renews the checkpoints of running trainings, which no row names, and skips absent ones", async () => {
  await env.DB.prepare("delete from user").run();
  await env.DB.prepare("delete from cron_cursor").run();
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: project } = await createProject(ann);
  const data = await readyData(project, { artifactKey: null });
  const configuration = await post(ann, "/model_configuration/", {
    project,
    recommender_class_name: "IALSRecommender",
  });
  const inTraining = async () => {
    const id = await readyModel(project, configuration, data);
    const changes = { artifactKey: null, status: "TRAINING" } as const;
    await api.deps.db.update(trainedModel).set(changes).where(eq(trainedModel.id, id));
    return id;
  };
  const [interrupted, fresh] = [await inTraining(), await inTraining()];
  const old = createArtifactStore(env.STORE, () => createArtifactKeyRing([OLD]));
  const sections = [{ name: "a", data: new Uint8Array([7]) }];
  const meta = { project_id: project, model_id: interrupted, slice: 3 };
  const key = checkpointKey(project, interrupted, 3);
  await old.put(key, { kind: "checkpoint", meta, sections });
  const deps = { ...api.deps, artifactKeys: () => createArtifactKeyRing([NEW, OLD]) };
  expect(await renewArtifacts(deps)).toMatchObject({ renewed: 0, refused: 0 });
  const rounds = api.logged.filter(({ event }) => event.startsWith("artifact"));
  expect(rounds).toMatchObject([
    { event: "artifacts_renewed", fields: { renewed: 1, refused: 0, all_by_the_newest: false } },
  ]);
  // The old secret is gone, and the training continues.
  const newest = createArtifactStore(env.STORE, () => createArtifactKeyRing([NEW]));
  const read = await newest.get(key, "checkpoint");
  expect([read.meta.slice, [...(read.sections[0]?.data ?? [])]]).toEqual([3, [7]]);
  expect(await env.STORE.head(checkpointKey(project, fresh, 0))).toBeNull();
});

it("renews the models that running studies keep for their blend, and no others", async () => {
  await env.DB.prepare("delete from user").run();
  await env.DB.prepare("delete from cron_cursor").run();
  const { api, ann, project: of, data, split, evaluation } = await studyParts();
  const project = of.id;
  const job = async (status: "RUNNING" | "PAUSED" | "COMPLETED") => {
    const id = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    await api.deps.db.update(tuningJob).set({ status }).where(eq(tuningJob.id, id));
    return id;
  };
  const [running, paused, ended] = [await job("RUNNING"), await job("PAUSED"), await job("COMPLETED")];
  const old = createArtifactStore(env.STORE, () => createArtifactKeyRing([OLD]));
  const newest = createArtifactStore(env.STORE, () => createArtifactKeyRing([NEW]));
  const keyOf = (id: number, trial: number) => studyPartKey(project, id, trial);
  for (const [id, trial] of [
    [running, 3],
    [running, 12],
    [paused, 0],
    [ended, 5],
  ] as const) {
    const meta = { project_id: project, job_id: id, trial };
    const sections = [{ name: "a", data: new Uint8Array([trial]) }];
    await old.put(keyOf(id, trial), { kind: "checkpoint", meta, sections });
  }
  const sample = studySampleKey(project, running);
  const names = { project_id: project, job_id: running };
  await old.put(sample, {
    kind: "dataset",
    meta: names,
    sections: [{ name: "a", data: new Uint8Array([1]) }],
  });
  const deps = { ...api.deps, artifactKeys: () => createArtifactKeyRing([NEW, OLD]) };
  await renewArtifacts(deps);
  const rounds = api.logged.filter(({ event }) => event === "artifacts_renewed");
  expect(rounds).toMatchObject([{ fields: { renewed: 4 } }]);
  expect((await newest.get(sample, "dataset")).meta).toMatchObject(names);
  for (const [id, trial] of [
    [running, 3],
    [running, 12],
    [paused, 0],
  ] as const) {
    const read = await newest.get(keyOf(id, trial), "checkpoint");
    expect([...(read.sections[0]?.data ?? [])]).toEqual([trial]);
  }
  await expect(newest.get(keyOf(ended, 5), "checkpoint")).rejects.toThrow();
});
