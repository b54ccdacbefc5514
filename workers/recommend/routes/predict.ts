import type { Context } from "hono";
import type { PredictResponse } from "#contract/inference.ts";
import { STAND_IN_SLOT_ID } from "#contract/stand-in-slot.ts";
import { jsonAnswer } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, parseWhole, readJson } from "../http/validation.ts";
import { userFor } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { callOf } from "./call-of.ts";
import { callerOf } from "./caller-of.ts";
import { crossOrigin, preflight } from "./cross-origin.ts";
import { listStrategyOf, noSlots, unknownUser } from "./list-strategy.ts";
import type { RouteHandlers } from "./route.ts";

/** `POST /inference/predict/project/{project_id}`: recommendations for a user, or for liked items. */
export const predictRoute: RouteHandlers = {
  handle: predictForProject,
  crossOrigin: { grant: crossOrigin, preflight },
};

async function predictForProject(c: Context<ServingContext>): Promise<Response> {
  const serving = c.get("serving");
  const caller = await callerOf(c, "predict");
  const projectId = parseWhole(c.req.param("project_id") ?? "", "path", "project_id");
  if (caller.projectId !== projectId) throw new ServingError(403, "API key not authorized for this project");
  const body = parsePart(serving.dialect.predictRequest, await readJson(c.req.raw), "body");
  const userId = userFor(caller, body.user_id);
  const request = {
    ...(userId === undefined ? {} : { userId }),
    ...(body.item_ids === undefined ? {} : { itemIds: body.item_ids }),
    offset: 0,
    limit: body.cutoff,
  };
  const served = await serving.recommend(projectId, request, callOf(c));
  const { isExact } = serving.dialect;
  if (!served || (isExact && served.slot.id === STAND_IN_SLOT_ID)) throw noSlots();
  if (isExact && body.item_ids === undefined && served.strategy === "popular") throw unknownUser(`${userId}`);
  const ids = served.items.map((item) => item.itemId);
  const metadata = body.include_metadata ? await serving.describe(projectId, ids) : null;
  const response: PredictResponse = {
    items: served.items.map(({ itemId, score, isFilled }, at) => ({
      item_id: itemId,
      score,
      ...(isFilled && { filled: true }),
      ...(metadata && { metadata: metadata[at] ?? null }),
    })),
    model_id: served.model.id,
    request_id: c.get("requestId"),
    slot_id: served.slot.id,
    slot_name: served.slot.name,
    strategy: listStrategyOf(served),
  };
  const { strategy: _, ...fieldsOfRecotem } = response;
  return jsonAnswer(isExact ? fieldsOfRecotem : response);
}
