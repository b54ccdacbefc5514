/** The work of the cron each minute, in this order. */

import { sweepRateWindows } from "#services/access/rate-limits.ts";
import { advanceOpenAirecProjects } from "#services/airec/advance-airec.ts";
import type { CronStage } from "#services/cron/cron-stages.ts";
import { expireSegments } from "#services/cron/event-retention.ts";
import { nudgeStages } from "#services/cron/job-nudges.ts";
import { pruneHistory } from "#services/cron/retention.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { checkExperiments } from "#services/experiments/check-experiments.ts";
import { expireConversions } from "#services/experiments/conversion-events.ts";
import { driveReplays } from "#services/experiments/drive-replays.ts";
import { watchQuality } from "#services/experiments/quality-watch.ts";
import { sweepOrphans } from "#services/files/orphans.ts";
import { recordSweep } from "#services/files/sweep-record.ts";
import { sweepUploads } from "#services/files/uploads.ts";
import { renewArtifacts } from "#services/models/artifact-renewal.ts";
import { settleOpenMerges } from "#services/people/user-merges.ts";
import { advanceOpenRuns, beginDueRuns, beginRunsByEvents } from "#services/retraining/retraining-runs.ts";
import { repairRouting } from "#services/serving/routing-repair.ts";
import { readDueSources } from "#services/sources/postgres-sources.ts";
import { driveEndpoints } from "#services/webhooks/drive-endpoints.ts";
import { driveSchedules } from "#services/webhooks/drive-schedules.ts";
import type { ApiDeps } from "./composition/deps.ts";

/** An upload that is not completed within a day is given up. */
const UPLOAD_TTL_MS = 24 * 60 * 60 * 1000;

export function cronStages(deps: ApiDeps): CronStage[] {
  const webhooks = { ...deps, ...deps.outbound };
  const retraining = { ...deps, ...deps.dialect.retraining.style };
  const renewal =
    deps.previousSecrets.length > 0 ? [{ name: "artifact_renewal", run: () => renewArtifacts(deps) }] : [];
  return [
    { name: "routing", run: () => repairRoutingLoudly(deps) },
    ...nudgeStages(deps),
    { name: "airec", run: () => advanceOpenAirecProjects(deps) },
    { name: "deletions", run: () => driveDeletions(deps) },
    { name: "user_merges", run: () => settleOpenMerges(deps) },
    { name: "retraining_due", run: () => beginDueRuns(retraining) },
    { name: "retraining_events", run: () => beginRunsByEvents(retraining) },
    { name: "retraining_open", run: () => advanceOpenRuns(retraining) },
    { name: "experiments", run: () => checkExperiments(deps) },
    { name: "replays", run: () => driveReplays(deps) },
    { name: "quality", run: () => watchQuality(deps) },
    { name: "webhooks", run: () => driveSchedules(webhooks) },
    { name: "webhook_endpoints", run: () => driveEndpoints(webhooks) },
    { name: "postgres_sources", run: () => readDueSources(deps) },
    { name: "orphans", run: () => sweepOrphansLoudly(deps) },
    { name: "uploads", run: () => sweepUploads(deps, UPLOAD_TTL_MS) },
    ...renewal,
    { name: "events", run: () => expireSegments(deps, deps.settings.retention.eventDays) },
    {
      name: "conversion_events",
      run: () => expireConversions(deps, deps.settings.retention.eventDays),
    },
    { name: "history", run: () => pruneHistory(deps, deps.settings.retention) },
    { name: "rate_windows", run: () => sweepRateWindows(deps) },
  ];
}

/** Orphans are reported in the log and in the audit logs of projects: a process was killed, or something is broken. */
async function sweepOrphansLoudly(deps: ApiDeps): Promise<void> {
  const report = await sweepOrphans(deps);
  const { keys, bytes } = report;
  if (keys.length === 0) return;
  await recordSweep(deps, report, `sweep-${deps.clock()}`);
  deps.logger.warn("orphans_deleted", { objects: keys.length, bytes, first: keys.slice(0, 20) });
}

/** An entry that KV still refuses is tried again at the next minute; the log says so. */
async function repairRoutingLoudly(deps: ApiDeps): Promise<void> {
  const { refused } = await repairRouting(deps);
  if (refused.length > 0) deps.logger.warn("routing_refused", { entries: refused.length, first: refused[0] });
}
