import { env } from "cloudflare:workers";
import { z } from "zod";
import { openDatabase } from "../../../workers/core/db/database.ts";
import { trainedModel, trainingData } from "../../../workers/core/db/schema.ts";
import { type Person, readAs } from "./api.ts";

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

export async function post(person: Person, path: string, body: unknown): Promise<number> {
  return (await readAs(made, await person.call("POST", path, body), 201)).id;
}
