/** The blend that a study made, from its own project through an archive to the retraining of a copy. */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { projectImportResponse } from "#contract/project.ts";
import { modelConfiguration, trainedModel, trainingData } from "#db/schema.ts";
import type { Study } from "#jobs/study-job.ts";
import { trainingSpecOf } from "#services/models/trainings.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { modelKey } from "#storage/keys.ts";
import { readAs } from "../../../runtime/api.ts";
import { exported, importing } from "../../../runtime/archive.ts";
import {
  driveRetraining,
  endTraining,
  hourly,
  hoursLater,
  trainingsOf,
} from "../../../runtime/retraining.ts";
import { post, studyParts } from "../../../runtime/study.ts";

const CSV = "user,item\n1,2\n";
const PARTS = {
  "weight.IALS": 0.125,
  "weight.CosineKNN": 1.5,
  "IALS.n_components": 8,
  "CosineKNN.top_k": 20,
  "CosineKNN.feature_weighting": "BM_25",
} as const;
const SECTIONS = [
  { name: "parts", data: new Uint8Array([1, 2, 3]) },
  { name: "part-1/values", data: new Uint8Array(70_000).fill(7) },
];

/** Ann's project after a study whose winner is a blend, with its stored model. */
async function blendProject() {
  const { api, ann, bob, project, data, split, evaluation } = await studyParts();
  const { db } = api.deps;
  const [file] = await db.select().from(trainingData).where(eq(trainingData.id, data));
  await env.STORE.put(file?.fileKey ?? "", CSV);
  await db.update(trainingData).set({ filesize: CSV.length }).where(eq(trainingData.id, data));
  const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
  const spec = await studySpecOf(api.deps, job);
  const configuration = { algorithm: "Blend", params: PARTS };
  const outcome = { state: "COMPLETE", params: PARTS, value: 0.5, metrics: {}, seconds: 1 };
  const trials = [{ number: 0, task: { phase: "done" }, configuration, reports: [], outcome }];
  const finalResult = { winner: { "ndcg@20": 0.5 }, popularity: { "ndcg@20": 0.1 } };
  const study = { spec, phase: "completed", trials, finalResult, error: null };
  const modelId = await settleStudy(api.deps, study as unknown as Study);
  if (modelId === null) throw new Error("nothing was trained");
  await endTraining({ api, ann, projectId: project.id, dataId: data, configurationId: 0 }, modelId);
  const artifacts = createArtifactStore(env.STORE, api.deps.artifactKeys);
  const artifactKey = modelKey(project.id, modelId);
  const meta = { project_id: project.id, model_id: modelId };
  await artifacts.put(artifactKey, { kind: "model", meta, sections: SECTIONS });
  await db.update(trainedModel).set({ artifactKey }).where(eq(trainedModel.id, modelId));
  return { api, ann, bob, project, artifacts };
}

it("comes with its weights, settings and model, and a schedule of the copy trains the same blend", async () => {
  const { api, ann, bob, project, artifacts } = await blendProject();
  const { db } = api.deps;
  const archive = await exported(ann, project.id);
  const copy = await readAs(projectImportResponse, await importing(api, bob, archive, "copy"), 201);
  const [configuration] = await db
    .select()
    .from(modelConfiguration)
    .where(eq(modelConfiguration.projectId, copy.id));
  expect(configuration).toMatchObject({ recommenderClassName: "BlendRecommender", parameters: PARTS });
  const [model] = await db.select().from(trainedModel).where(eq(trainedModel.projectId, copy.id));
  expect(model).toMatchObject({ status: "READY", metrics: { "ndcg@20": 0.5 } });
  const stored = await artifacts.get(model?.artifactKey ?? "", "model");
  expect(stored).toMatchObject({ sections: SECTIONS, meta: { project_id: copy.id, model_id: model?.id } });

  // The copy's data are read again, and its schedule comes due.
  const [data] = await db.select().from(trainingData).where(eq(trainingData.projectId, copy.id));
  const read = { status: "READY", artifactKey: "dataset" } as const;
  await db
    .update(trainingData)
    .set(read)
    .where(eq(trainingData.id, data?.id ?? 0));
  const setup = {
    api,
    ann: bob,
    projectId: copy.id,
    dataId: data?.id ?? 0,
    configurationId: configuration?.id ?? 0,
  };
  await hourly(setup);
  await driveRetraining(hoursLater(setup));
  const [trained = 0, ...others] = await trainingsOf(setup);
  expect(others).toEqual([]);
  expect(trained).not.toBe(model?.id);
  const spec = await trainingSpecOf(api.deps, trained);
  expect(spec).toMatchObject({ algorithm: "Blend", params: PARTS, datasetKey: "dataset" });
});
