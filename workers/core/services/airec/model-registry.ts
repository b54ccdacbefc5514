/**
 * The models of AiREC's projects as its model registry lists them: one name for each ready project, one version for each model of
 * Edgewise that can serve. A project of items alone has one version: the index of its table.
 */
import { and, asc } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { trainedModel } from "#db/schema.ts";
import { sha256Hex } from "#platform/encoding.ts";
import { isOneOf } from "../serving/routing-entries.ts";
import { isServable } from "../serving/served-slots.ts";
import type { Viewer } from "../viewer.ts";
import { type AirecProject, findAirecProject, listAirecProjects, toAirecProject } from "./airec-projects.ts";
import { FIRST_VERSION, projectIdOf, registryName } from "./registry-names.ts";

export interface RegisteredVersion {
  readonly name: string;
  readonly version: number;
  /** Epoch milliseconds, like the next. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Thirty-two hex digits, as MLflow's ids of runs and of models; the same in every answer. */
  readonly runId: string;
  readonly modelId: string;
}

export interface RegisteredModel {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Oldest first; at least one. */
  readonly versions: readonly RegisteredVersion[];
}

/** The models of a viewer's ready projects, by name. */
export async function listRegisteredModels(db: Database, viewer: Viewer): Promise<RegisteredModel[]> {
  const models = await withVersions(db, await listAirecProjects(db, viewer));
  return models.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null for a name that no model of the viewer has. */
export async function findRegisteredModel(
  db: Database,
  viewer: Viewer,
  name: string,
): Promise<RegisteredModel | null> {
  const projectId = projectIdOf(name);
  const project = projectId === null ? null : await findAirecProject(db, viewer, projectId);
  return project ? ((await withVersions(db, [project]))[0] ?? null) : null;
}

interface VersionTimes {
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

async function withVersions(db: Database, projects: readonly AirecProject[]): Promise<RegisteredModel[]> {
  const ready = projects.filter((project) => toAirecProject(project).status === "ready");
  if (ready.length === 0) return [];
  const ids = ready.map(({ row }) => row.projectId);
  const { projectId, version, createdAt, updatedAt } = trainedModel;
  const trained = await db
    .select({ projectId, version, createdAt, updatedAt })
    .from(trainedModel)
    .where(and(isOneOf(projectId, ids), isServable()))
    .orderBy(asc(version));
  const models = await Promise.all(
    ready.map(({ row }) => {
      const own = trained.filter((model) => model.projectId === row.projectId);
      return toRegisteredModel(row.projectId, own.length > 0 ? own : tableVersions(row));
    }),
  );
  return models.filter(({ versions }) => versions.length > 0);
}

/** None for a project whose models were all deleted. */
function tableVersions({ modelType, createdAt, readyAt }: AirecProject["row"]): VersionTimes[] {
  if (modelType !== "content") return [];
  return [{ version: FIRST_VERSION, createdAt: readyAt ?? createdAt, updatedAt: readyAt ?? createdAt }];
}

async function toRegisteredModel(
  projectId: number,
  times: readonly VersionTimes[],
): Promise<RegisteredModel> {
  const name = registryName(projectId);
  const versions = await Promise.all(
    times.map(async ({ version, createdAt, updatedAt }) => {
      const hash = await sha256Hex(`${name} ${version}`);
      return { name, version, createdAt, updatedAt, runId: hash.slice(0, 32), modelId: hash.slice(32) };
    }),
  );
  const createdAt = Math.min(...times.map((own) => own.createdAt));
  return { name, createdAt, updatedAt: Math.max(...times.map((own) => own.updatedAt)), versions };
}
