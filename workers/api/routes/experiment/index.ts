import {
  experimentReportQuery,
  experimentRequest,
  experimentResponse,
  planQuery,
  promoteRequest,
  rollBackRequest,
  stepRequest,
} from "#contract/experiment.ts";
import { qualityQuery, qualityRuleRequest } from "#contract/quality.ts";
import { replayRequest } from "#contract/replay.ts";
import { slotStageRequest } from "#contract/slot-stage.ts";
import { promoteVariant, rollBackExperiment } from "#services/experiments/end-experiment.ts";
import { experimentReportOf } from "#services/experiments/experiment-report.ts";
import {
  createExperiment,
  deleteExperiment,
  startExperiment,
  stopExperiment,
  updateExperiment,
} from "#services/experiments/experiments.ts";
import { planExperiment } from "#services/experiments/plan-experiment.ts";
import { qualityOf, setQualityRule } from "#services/experiments/quality-report.ts";
import { modelOfSlot, toReplayResponse } from "#services/experiments/replays.ts";
import { moveToStage } from "#services/experiments/slot-stages.ts";
import { deploymentSlots } from "#services/resources/deployment-slot.ts";
import { type ExperimentRow, experimentCodec, experiments } from "#services/resources/experiment.ts";
import { projects } from "#services/resources/project.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody, parseQuery } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { beginReplay, replayRoutes } from "./replay.ts";

const READ_ONLY = Object.keys(experimentResponse.shape).filter((name) => !(name in experimentRequest.shape));

export function experimentRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db } = deps;
  replayRoutes(endpoint, deps);
  resourceRoutes(endpoint, db, {
    resource: experiments,
    toResponse: experimentCodec.show,
    schema: experimentRequest,
    readOnly: READ_ONLY,
    create: (viewer, body) => createExperiment(deps, viewer, body),
    update: (_viewer, row, changes) => updateExperiment(deps, row, changes),
    remove: (_viewer, row) => deleteExperiment(deps, row),
  });
  const step = (advance: (c: ApiContext, row: ExperimentRow) => Promise<ExperimentRow>) =>
    rowHandler(db, experiments, async (c, row) => c.json(experimentCodec.show(await advance(c, row))));
  const optionalReason = async (c: ApiContext, row: ExperimentRow) => {
    const { reason } = await parseBody(c, stepRequest);
    if (reason !== undefined) noteSubject(c, row, { reason });
  };
  endpoint("/experiment/:id/start", {
    POST: step(async (c, row) => {
      await optionalReason(c, row);
      return startExperiment(deps, row);
    }),
  });
  endpoint("/experiment/:id/stop", {
    POST: step(async (c, row) => {
      await optionalReason(c, row);
      return stopExperiment(deps, row);
    }),
  });
  endpoint("/experiment/:id/promote", {
    POST: step(async (c, row) => {
      const { slot, reason } = await parseBody(c, promoteRequest);
      noteSubject(c, row, { reason });
      return promoteVariant(deps, row, slot);
    }),
  });
  endpoint("/experiment/:id/roll_back", {
    POST: step(async (c, row) => {
      const { reason } = await parseBody(c, rollBackRequest);
      noteSubject(c, row, { reason });
      return rollBackExperiment(deps, row);
    }),
  });
  endpoint("/deployment_slot/:id/stage", {
    POST: rowHandler(db, deploymentSlots, async (c, row, viewer) => {
      const request = await parseBody(c, slotStageRequest);
      const { stage, reason } = request;
      noteSubject(c, row, { reason: `${stage}: ${reason}` });
      if (stage === "replay") {
        const model = await modelOfSlot(deps, row.modelId, row.projectId);
        const begun = await beginReplay(
          deps,
          c,
          model,
          replayRequest.parse({ conversion_types: request.conversion_types }),
        );
        return c.json({ slot: row.id, stage, experiment: null, replay: toReplayResponse(begun) });
      }
      const slotDeps = { ...deps, slotNamesRepeat: deps.dialect.slotNamesRepeat };
      const moved = await moveToStage(slotDeps, viewer, row, { ...request, stage });
      return c.json({ slot: row.id, stage, experiment: moved && experimentCodec.show(moved), replay: null });
    }),
  });
  endpoint("/experiment/:id/report", {
    GET: rowHandler(db, experiments, async (c, row) =>
      c.json(await experimentReportOf(deps, row, parseQuery(c.req.query(), experimentReportQuery))),
    ),
  });
  endpoint("/experiment/:id/plan", {
    GET: rowHandler(db, experiments, async (c, row) =>
      c.json(await planExperiment(deps, row, parseQuery(c.req.query(), planQuery))),
    ),
  });
  endpoint("/project/:id/quality", {
    GET: rowHandler(db, projects, async (c, row) =>
      c.json(await qualityOf(deps, row.id, parseQuery(c.req.query(), qualityQuery).days)),
    ),
  });
  endpoint("/project/:id/quality_rule", {
    PUT: rowHandler(db, projects, async (c, row) =>
      c.json(await setQualityRule(deps, row.id, await parseBody(c, qualityRuleRequest))),
    ),
  });
}
