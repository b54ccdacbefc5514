import { jobEstimateRequest, type TuningJobResponse } from "#contract/tuning-job.ts";
import { getRow } from "#services/resources/listing.ts";
import { type TuningJobRow, tuningJobs } from "#services/resources/resources.ts";
import { estimateJob } from "#services/tuning/job-estimate.ts";
import { testPartOfJob } from "#services/tuning/test-part.ts";
import {
  cancelTuningJob,
  deleteTuningJob,
  pauseTuningJob,
  resumeTuningJob,
  updateTuningJob,
} from "#services/tuning/tuning-jobs.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { roomFor } from "../quota-room.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { jobTaskLinks } from "../task-links.ts";

function toTuningJobResponse(row: TuningJobRow): TuningJobResponse {
  return {
    id: row.id,
    data: row.dataId,
    split: row.splitId,
    evaluation: row.evaluationId,
    status: row.status,
    n_tasks_parallel: row.parallelTrials,
    n_trials: row.trialCount,
    memory_budget: row.memoryBudgetMb,
    timeout_overall: row.overallTimeoutS,
    timeout_singlestep: row.trialTimeoutS,
    random_seed: row.randomSeed,
    tried_algorithms_json: row.algorithms,
    irspack_version: row.engineVersion,
    train_after_tuning: row.trainAfterTuning,
    tuned_model: row.tunedModelId,
    best_config: row.bestConfigId,
    best_score: row.bestScore,
    ins_datetime: isoTime(row.createdAt),
    task_links: jobTaskLinks(row),
    error: row.error,
    final_metrics: row.finalMetrics,
    test_part: row.finalMetrics && testPartOfJob(row),
    deploy: row.deploy,
    left_out: row.leftOut ?? [],
  };
}

function hasEnded({ status }: TuningJobRow): boolean {
  return status === "COMPLETED" || status === "FAILED";
}

export function tuningJobRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db, jobs, dialect } = deps;
  const { request, create, steersEnded } = dialect.tuning;
  const shown = dialect.shown("parameter_tuning_job", toTuningJobResponse);
  // Before the routes with an id, which would take `estimate` for one.
  endpoint("/parameter_tuning_job/estimate", {
    POST: async (c) =>
      c.json(await estimateJob(deps, c.var.caller.viewer, await parseBody(c, jobEstimateRequest))),
  });
  resourceRoutes(endpoint, db, {
    path: "parameter_tuning_job",
    resource: tuningJobs,
    toResponse: shown,
    schema: request,
    create: (viewer, body) => create(deps, viewer, body, { room: roomFor(deps, viewer, "jobs") }),
    update: (_viewer, row, changes) => updateTuningJob(deps, row, changes),
    remove: (_viewer, row) => deleteTuningJob(deps, row),
  });
  const steering = { cancel: cancelTuningJob, pause: pauseTuningJob, resume: resumeTuningJob } as const;
  for (const [name, steer] of Object.entries(steering)) {
    endpoint(`/parameter_tuning_job/:id/${name}`, {
      POST: rowHandler(db, tuningJobs, async (c, row, viewer) => {
        if (!steersEnded && hasEnded(row)) return c.notFound();
        await steer(deps, row);
        return c.json(shown(await getRow(db, tuningJobs, viewer, row.id)));
      }),
    });
  }
  endpoint("/parameter_tuning_job/:id/trials", {
    GET: rowHandler(db, tuningJobs, async (c, row) => c.json(await jobs.trials(row.id))),
  });
}
