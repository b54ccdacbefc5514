import { type ReplayRequest, replayRequest } from "#contract/replay.ts";
import { driveReplay } from "#services/experiments/drive-replays.ts";
import { getReplay, type ReplayRow, startReplay, toReplayResponse } from "#services/experiments/replays.ts";
import { type TrainedModelRow, trainedModels } from "#services/resources/trained-model.ts";
import { afterAnswer } from "../../middleware/after-answer.ts";
import { parseBody } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

/** Begins a replay, and works on it once the answer is out; the cron does what is left. */
export async function beginReplay(
  deps: RouteDeps,
  c: ApiContext,
  model: TrainedModelRow,
  request: ReplayRequest,
): Promise<ReplayRow> {
  const begun = await startReplay(deps, model, request);
  afterAnswer(c, deps.logger, () => driveReplay(deps, begun.id));
  return begun;
}

export function replayRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint("/trained_model/:id/replay", {
    POST: rowHandler(deps.db, trainedModels, async (c, row) =>
      c.json(toReplayResponse(await beginReplay(deps, c, row, await parseBody(c, replayRequest))), 202),
    ),
    GET: rowHandler(deps.db, trainedModels, async (c, row) =>
      c.json(toReplayResponse(await getReplay(deps, row.id))),
    ),
  });
}
