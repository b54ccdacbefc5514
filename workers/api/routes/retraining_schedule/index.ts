import {
  type RetrainingScheduleResponse,
  type RetrainingTriggered,
  retrainingScheduleRequest,
  SHOWN_RUNS,
} from "#contract/retraining.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import {
  type RetrainingScheduleRow,
  retrainingScheduleCodec,
  retrainingSchedules,
} from "#services/resources/retraining-schedule.ts";
import { upcomingTimes } from "#services/retraining/cron-times.ts";
import { triggerRun } from "#services/retraining/retraining-runs.ts";
import {
  createRetrainingSchedule,
  deleteRetrainingSchedule,
  updateRetrainingSchedule,
} from "#services/retraining/retraining-schedules.ts";
import { rotateWebhookSecret } from "#services/webhooks/schedule-secret.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toRetrainingScheduleResponse(row: RetrainingScheduleRow, now: number): RetrainingScheduleResponse {
  return {
    ...retrainingScheduleCodec.show(row),
    next_runs: upcomingTimes(row.cronExpression, now, SHOWN_RUNS).map(isoTime),
  };
}

export function retrainingScheduleRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { retraining, shown } = deps.dialect;
  const { allowsPrivateWebhooks: allowsPrivate } = deps.settings;
  const { takesAnyCron } = retraining;
  const scheduleDeps = { ...deps, takesAnyCron, webhookRules: { allowsPrivate } };
  resourceRoutes(endpoint, deps.db, {
    resource: retrainingSchedules,
    toResponse: shown("retraining_schedule", (row: RetrainingScheduleRow) =>
      toRetrainingScheduleResponse(row, deps.clock()),
    ),
    schema: retrainingScheduleRequest,
    create: (viewer, body) => createRetrainingSchedule(scheduleDeps, viewer, body),
    update: (_viewer, row, changes) => updateRetrainingSchedule(scheduleDeps, row, changes),
    remove: (_viewer, row) => deleteRetrainingSchedule(deps, row),
  });
  const toTriggered = shown(
    "retraining_trigger",
    (run: { readonly id: number } | null): RetrainingTriggered => ({
      status: "triggered",
      run: run?.id ?? null,
    }),
  );
  endpoint("/retraining_schedule/:id/trigger", {
    POST: rowHandler(deps.db, retrainingSchedules, async (c, row) =>
      c.json(toTriggered(await triggerRun({ ...deps, ...retraining.style }, row)), 202),
    ),
  });
  endpoint("/retraining_schedule/:id/webhook_secret", {
    POST: rowHandler(deps.db, retrainingSchedules, async (c, row) =>
      c.json({ secret: await rotateWebhookSecret(deps, row) }),
    ),
  });
}
