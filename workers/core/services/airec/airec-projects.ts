/** Projects that clients of AiREC made, as they see them. */
import { and, asc, eq } from "drizzle-orm";
import type { AirecFile, AirecProjectResponse } from "#contract/airec.ts";
import { airecProject } from "#db/airec-schema.ts";
import type { Database } from "#db/database.ts";
import { inVisibleProject } from "#db/ownership.ts";
import type { Viewer } from "../viewer.ts";
import { type AirecProjectRow, airecFacts } from "./airec-facts.ts";
import { type AirecFacts, airecStatus, airecStep } from "./airec-step.ts";
import { FIRST_VERSION, registryName } from "./registry-names.ts";

/** A project with what its state follows from. */
export interface AirecProject {
  readonly row: AirecProjectRow;
  readonly facts: AirecFacts;
}

/** All projects of a viewer, the oldest first, as AiREC lists them. */
export async function listAirecProjects(db: Database, viewer: Viewer): Promise<AirecProject[]> {
  const rows = await db
    .select()
    .from(airecProject)
    .where(inVisibleProject(airecProject.projectId, { ...viewer, isStaff: false }))
    .orderBy(asc(airecProject.projectId));
  return withFacts(db, rows);
}

/** Null for an unknown project, another account's, and one that no client of AiREC made. */
export async function findAirecProject(
  db: Database,
  viewer: Viewer,
  projectId: number,
): Promise<AirecProject | null> {
  const isTheirs = inVisibleProject(airecProject.projectId, { ...viewer, isStaff: false });
  const rows = await db
    .select()
    .from(airecProject)
    .where(and(eq(airecProject.projectId, projectId), isTheirs));
  return (await withFacts(db, rows))[0] ?? null;
}

async function withFacts(db: Database, rows: readonly AirecProjectRow[]): Promise<AirecProject[]> {
  const facts = await airecFacts(db, rows);
  return rows.flatMap((row) => {
    const found = facts.get(row.projectId);
    return found ? [{ row, facts: found }] : [];
  });
}

/** AiREC trains one model of a project; later ones, which only Edgewise makes, are in the registry. */
export function toAirecProject({ row, facts }: AirecProject): AirecProjectResponse {
  const { projectId, name, modelType, files } = row;
  const step = airecStep(facts);
  const status = airecStatus(step);
  const isReady = status === "ready";
  return {
    project_name: name,
    id: projectId,
    status,
    model_type: modelType,
    mlflow_model_name: isReady ? registryName(projectId) : null,
    mlflow_model_version: isReady ? FIRST_VERSION : null,
    uploaded_files: files.map((file, at) => toUploadedFile(file, projectId, at)),
    ...(step.type === "fail" && { error: step.reason }),
  };
}

/** Files and mappings have no rows of their own: their ids follow from the project's, and are the same in every answer. */
const FILES_OF_PROJECT = 2;
const MAPPINGS_OF_FILE = 10_000;

function toUploadedFile({ type, filename, token, mappings }: AirecFile, projectId: number, at: number) {
  const id = projectId * FILES_OF_PROJECT + at;
  return {
    original_filename: filename,
    storage_path: `user_uploads/${token}_${filename}`,
    file_type: type,
    id,
    project_id: projectId,
    schema_mappings: mappings.map(({ key, column }, place) => ({
      app_schema_key: key,
      user_csv_column: column,
      id: id * MAPPINGS_OF_FILE + place,
      file_id: id,
    })),
  };
}
