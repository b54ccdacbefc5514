import { env } from "cloudflare:workers";
import * as z from "zod";
import { openDatabase } from "#db/database.ts";
import { trainedModel, trainingData } from "#db/schema.ts";
import { pointDefaultSlot, readDefaultSlot } from "#services/serving/deployment.ts";
import { createProject, join, type Person, readAs, type TestApi, testApi } from "./api.ts";

const made = z.looseObject({ id: z.number() });

/** A row of training data as ingestion leaves it. */
export async function readyData(
  projectId: number,
  overrides: Partial<typeof trainingData.$inferInsert> = {},
): Promise<number> {
  const [row] = await openDatabase(env.DB)
    .insert(trainingData)
    .values({
      projectId,
      fileKey: `projects/${projectId}/uploads/${crypto.randomUUID()}`,
      basename: "log.csv",
      filesize: 10,
      status: "READY",
      artifactKey: `projects/${projectId}/datasets/x.edgewise`,
      createdAt: Date.now(),
      updatedAt: Date.now(),
      ...overrides,
    })
    .returning();
  return row?.id ?? 0;
}

/** A row of a trained model as training leaves it. */
export async function readyModel(
  projectId: number,
  configurationId: number,
  dataId: number,
): Promise<number> {
  const id = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 1_000_000_000;
  const [row] = await openDatabase(env.DB)
    .insert(trainedModel)
    .values({
      projectId,
      configurationId,
      dataId,
      version: id,
      status: "READY",
      progress: 1,
      artifactKey: `projects/${projectId}/models/${id}.edgewise`,
      filesize: 3,
      createdAt: Date.now(),
      updatedAt: Date.now(),
    })
    .returning();
  return row?.id ?? 0;
}

/** Makes a ready model the live one of its project. */
export async function goLive({ deps }: TestApi, projectId: number, modelId: number): Promise<void> {
  const { modelId: expected } = await readDefaultSlot(deps.db, projectId);
  const deployment = { projectId, modelId, expected, reason: "For a test.", isAutomatic: false };
  if (!(await pointDefaultSlot(deps, deployment))) throw new Error("the model did not go live");
}

export async function post(person: Person, path: string, body: unknown): Promise<number> {
  return (await readAs(made, await person.call("POST", path, body), 201)).id;
}

/** Ann's project, and Bob who must not see it; an administrator signed up before them. */
export async function annAndBob(api = testApi()) {
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  return { api, ann, bob: await join(api), project };
}

/** What a tuning job of Ann's needs. */
export async function studyParts(api = testApi()) {
  const world = await annAndBob(api);
  const data = await readyData(world.project.id);
  const split = await post(world.ann, "/split_config/", {});
  const evaluation = await post(world.ann, "/evaluation_config/", {});
  return { ...world, data, split, evaluation };
}
