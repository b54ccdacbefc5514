/** Recotem's routes of one model, whatever the slots serve: for a look at a model before it goes live, and for clients that choose a model. */
import type { Context } from "hono";
import type { ModelPredictResponse } from "#contract/inference.ts";
import { MAX_PREDICT_USERS } from "#contract/limits.ts";
import type { ScoredItem } from "#contract/model.ts";
import type { Preview, PreviewResult } from "#services/preview.ts";
import { jsonAnswer } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, parseWhole, readJson } from "../http/validation.ts";
import { userFor } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { callerOf } from "./caller-of.ts";
import { unknownUser } from "./list-strategy.ts";
import type { RouteHandlers } from "./route.ts";

export interface ModelListDeps {
  readonly lists: Pick<Preview, "forUser">;
  readonly newRequestId: () => string;
}

const TOO_MANY = `Maximum ${MAX_PREDICT_USERS} users per batch`;

export function predictModelRoutes(deps: ModelListDeps): {
  readonly predictModel: RouteHandlers;
  readonly predictModelBatch: RouteHandlers;
  readonly inferenceModels: RouteHandlers;
} {
  return {
    predictModel: { handle: (c) => predictOne(deps, c) },
    predictModelBatch: { handle: (c) => predictMany(deps, c) },
    inferenceModels: { handle: listModels },
  };
}

/** `POST /inference/predict/{model_id}`. A user that the model does not know is a 404. */
async function predictOne(deps: ModelListDeps, c: Context<ServingContext>): Promise<Response> {
  const { dialect } = c.get("serving");
  const caller = await callerOf(c, "predict");
  const modelId = modelIdOf(c);
  const body = parsePart(dialect.modelPredictRequest, await readJson(c.req.raw), "body");
  const userId = userFor(caller, body.user_id) ?? body.user_id;
  const list = await listOf(deps, c, { projectId: caller.projectId, modelId, userId, cutoff: body.cutoff });
  if (!list.ok && list.code === "UNKNOWN_USER") throw unknownUser(userId);
  const response: ModelPredictResponse = {
    items: itemsOf(list, modelId),
    model_id: modelId,
    request_id: c.get("requestId"),
  };
  return jsonAnswer(response);
}

/** `POST /inference/predict/{model_id}/batch`: in the order of the ids; a user that the model does not know gets no items. */
async function predictMany(deps: ModelListDeps, c: Context<ServingContext>): Promise<Response> {
  const { dialect } = c.get("serving");
  const caller = await callerOf(c, "predict");
  const modelId = modelIdOf(c);
  const { user_ids: userIds, cutoff } = parsePart(
    dialect.modelBatchRequest,
    await readJson(c.req.raw),
    "body",
  );
  if (userIds.length > MAX_PREDICT_USERS) throw new ServingError(400, TOO_MANY);
  const results: ModelPredictResponse[] = [];
  for (const asked of userIds) {
    const userId = userFor(caller, asked) ?? asked;
    const list = await listOf(deps, c, { projectId: caller.projectId, modelId, userId, cutoff });
    const isUnknown = !list.ok && list.code === "UNKNOWN_USER";
    const items = isUnknown ? [] : itemsOf(list, modelId);
    results.push({ items, model_id: modelId, request_id: deps.newRequestId() });
  }
  return jsonAnswer({ results });
}

/** `GET /inference/models`: the models that answer for the key's project at this location. */
async function listModels(c: Context<ServingContext>): Promise<Response> {
  const { projectId } = await callerOf(c, "predict");
  const models = c
    .get("serving")
    .servingOf(projectId)
    .map(({ model }) => model.id);
  const distinct = [...new Set(models)].sort((a, b) => a - b);
  return jsonAnswer({ models: distinct, count: distinct.length });
}

interface AskedList {
  readonly projectId: number;
  readonly modelId: number;
  readonly userId: string;
  readonly cutoff: number;
}

async function listOf(
  { lists }: ModelListDeps,
  c: Context<ServingContext>,
  { projectId, modelId, userId, cutoff }: AskedList,
): Promise<PreviewResult<ScoredItem[]>> {
  const artifactKey = await c.get("serving").artifactKeyOf(projectId, modelId);
  return lists.forUser({ projectId, artifactKey }, userId, { cutoff });
}

/** Throws 404 for a model that the key's project does not have, or that is not trained, and 503 for one that cannot be used. */
function itemsOf(list: PreviewResult<ScoredItem[]>, modelId: number): ScoredItem[] {
  if (list.ok) return list.value;
  if (list.code === "NO_ARTIFACT") throw new ServingError(404, `Model ${modelId} not found`);
  if (list.code === "OVERLOADED") throw new ServingError(503, list.message, { "Retry-After": "1" });
  throw new ServingError(503, `Model ${modelId} integrity check failed.`);
}

function modelIdOf(c: Context<ServingContext>): number {
  return parseWhole(c.req.param("model_id") ?? "", "path", "model_id");
}
