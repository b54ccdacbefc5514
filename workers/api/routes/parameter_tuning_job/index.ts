import { jobEstimateRequest, type TuningJobResponse } from "#contract/tuning-job.ts";
import { getRow } from "#services/resources/listing.ts";
import {
  type TuningJobRow,
  testPartOfJob,
  tuningJobCodec,
  tuningJobs,
} from "#services/resources/tuning-job.ts";
import { estimateJob } from "#services/tuning/job-estimate.ts";
import {
  cancelTuningJob,
  deleteTuningJob,
  pauseTuningJob,
  resumeTuningJob,
  updateTuningJob,
} from "#services/tuning/tuning-jobs.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { roomFor } from "../quota-room.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { jobTaskLinks } from "../task-links.ts";

function toTuningJobResponse(row: TuningJobRow): TuningJobResponse {
  return {
    ...tuningJobCodec.show(row),
    task_links: jobTaskLinks(row),
    test_part: row.finalMetrics && testPartOfJob(row),
  };
}

function hasEnded({ status }: TuningJobRow): boolean {
  return status === "COMPLETED" || status === "FAILED";
}

export function tuningJobRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db, jobs, dialect } = deps;
  const { request, create, steersEnded } = dialect.tuning;
  const shown = dialect.shown("parameter_tuning_job", toTuningJobResponse);
  // Before the routes with an id, which would read `estimate` as an id.
  endpoint(
    "/parameter_tuning_job/estimate",
    {
      POST: async (c) =>
        c.json(await estimateJob(deps, c.var.caller.viewer, await parseBody(c, jobEstimateRequest))),
    },
    { role: "viewer" },
  );
  resourceRoutes(endpoint, db, {
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
