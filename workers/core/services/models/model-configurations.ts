/** Model configurations: an algorithm and its hyperparameters, made by hand or by a study. */
import { eq } from "drizzle-orm";
import { findAlgorithm, findClassName } from "#contract/algorithm-names.ts";
import type { MovedResponse } from "#contract/deployment.ts";
import type { ModelConfigurationRequest } from "#contract/model.ts";
import { parseParams } from "#contract/parse-params.ts";
import { isUniqueViolation } from "#db/database.ts";
import { modelConfiguration, trainedModel } from "#db/schema.ts";
import { referable, requireReference } from "../access/references.ts";
import { FieldError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import {
  type ModelConfigurationRow,
  modelConfigurationCodec,
  modelConfigurations,
} from "../resources/model-configuration.ts";
import { projects } from "../resources/project.ts";
import type { RemovalOptions } from "../serving/slot-moves.ts";
import { seesEverything, type Viewer } from "../viewer.ts";
import { type RemovalDeps, removeModels } from "./remove-models.ts";

type Deps = Pick<ServiceDeps, "db" | "clock"> & {
  /** Whether only whole class names are taken, as in Recotem; otherwise any name of an algorithm is. */
  readonly wantsClassNames: boolean;
};

const NAME_TAKEN = "The fields project, name must make a unique set.";

/** The stored form of a name: the class name, for any name of the algorithm. */
function classNameOf({ wantsClassNames }: Deps, name: string): string {
  const className = findClassName(name);
  if (className === name || (className !== null && !wantsClassNames)) return className;
  const isIdentifier = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  throw fieldError(
    "recommender_class_name",
    isIdentifier
      ? `'${name}' is not a valid irspack recommender class.`
      : "recommender_class_name must be a valid Python identifier.",
  );
}

/** Unknown or impossible hyperparameters. Older configurations and Recotem's may have some: their training is refused. */
export function parameterProblems(
  row: Pick<ModelConfigurationRow, "recommenderClassName" | "parameters">,
): string[] {
  const algorithm = findAlgorithm(row.recommenderClassName);
  if (algorithm === null) return [`'${row.recommenderClassName}' is not a valid irspack recommender class.`];
  const parsed = parseParams(algorithm, row.parameters);
  return parsed.ok ? [] : parsed.problems.map((problem) => `${problem.param}: ${problem.message}`);
}

/** Recotem stores any parameters, and its trainings fail. */
function requireParameters(
  { wantsClassNames: isExact }: Deps,
  row: Pick<ModelConfigurationRow, "recommenderClassName" | "parameters">,
): void {
  const problems = isExact ? [] : parameterProblems(row);
  if (problems.length > 0) throw new FieldError({ parameters_json: problems });
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error) ? fieldError("non_field_errors", NAME_TAKEN) : error;
  }
}

/** Staff may configure models in any project. */
async function requireProject(deps: Deps, viewer: Viewer, id: number): Promise<void> {
  const usableBy = seesEverything(viewer) ? () => undefined : projects.visibleTo;
  await requireReference(deps.db, viewer, { ...referable.project, usableBy }, "project", id);
}

export async function createModelConfiguration(
  deps: Deps,
  viewer: Viewer,
  request: ModelConfigurationRequest,
): Promise<ModelConfigurationRow> {
  const className = classNameOf(deps, request.recommender_class_name);
  await requireProject(deps, viewer, request.project);
  requireParameters(deps, { recommenderClassName: className, parameters: request.parameters_json });
  const now = deps.clock();
  const insert = deps.db
    .insert(modelConfiguration)
    .values({
      ...modelConfigurationCodec.set({ ...request, recommender_class_name: className }),
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  const [row] = await orNameTaken(insert);
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateModelConfiguration(
  deps: Deps,
  viewer: Viewer,
  row: ModelConfigurationRow,
  changes: Partial<ModelConfigurationRequest>,
): Promise<ModelConfigurationRow> {
  const { recommender_class_name: name } = changes;
  const className = name === undefined ? undefined : classNameOf(deps, name);
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A model configuration stays in its project.");
  }
  if (viewer.key && viewer.key.projectId !== row.projectId) throw notFound(modelConfigurations.model);
  const { parameters_json: parameters } = changes;
  if (className !== undefined || parameters !== undefined) {
    const { recommenderClassName } = row;
    requireParameters(deps, {
      recommenderClassName: className ?? recommenderClassName,
      parameters: parameters ?? row.parameters,
    });
  }
  const update = deps.db
    .update(modelConfiguration)
    .set({
      ...modelConfigurationCodec.set({ ...changes, recommender_class_name: className }),
      updatedAt: deps.clock(),
    })
    .where(eq(modelConfiguration.id, row.id))
    .returning();
  const [updated] = await orNameTaken(update);
  if (updated === undefined) throw notFound(modelConfigurations.model);
  return updated;
}

/** Its models are deleted, too, with their artifacts. */
export function deleteModelConfiguration(
  deps: RemovalDeps,
  { id, projectId }: ModelConfigurationRow,
  options: RemovalOptions = {},
): Promise<MovedResponse | null> {
  const models = eq(trainedModel.configurationId, id);
  const remove = deps.db.delete(modelConfiguration).where(eq(modelConfiguration.id, id));
  return removeModels(deps, { projectId, models, remove }, options);
}
