/**
 * Impossible tuning jobs as in Recotem: accepted, and failed with the reason in their log. Edgewise refuses them with a field
 * error.
 */
import { eq } from "drizzle-orm";
import type { FieldErrors } from "#contract/error.ts";
import { ingestionReport } from "#contract/ingestion.ts";
import type { TuningJobRequest } from "#contract/tuning-job.ts";
import { tuningJob } from "#db/schema.ts";
import { recordTaskLog } from "#services/accounts/task-logs.ts";
import { FieldError } from "#services/app-error.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { TablesDeps } from "#services/files/feature-sources.ts";
import type { TuningJobRow } from "#services/resources/tuning-job.ts";
import {
  insertTuningJob,
  jobProblems,
  requireJobParts,
  type StudyParts,
  type StudyPurpose,
} from "#services/tuning/tuning-jobs.ts";
import type { Viewer } from "#services/viewer.ts";

type Deps = Pick<ServiceDeps, "jobs" | "clock" | "isolateFileBytes"> & TablesDeps;

/** Starts a study, or records one that cannot succeed as failed. Missing data are refused: Recotem does this, too. */
export async function createOrFailTuningJob(
  deps: Deps,
  viewer: Viewer,
  request: TuningJobRequest,
  purpose: Pick<StudyPurpose, "room"> = {},
): Promise<TuningJobRow> {
  const parts = await requireJobParts(deps, viewer, request);
  // Unknown algorithms are left out; if none remains, the default ones are used.
  const {
    tried_algorithms_json: _,
    data,
    ...problems
  } = jobProblems(parts, {
    ...request,
    tried_algorithms_json: null,
  });
  if (data) throw new FieldError({ data });
  const reason = reasonOf(request, parts, problems);
  const row = await insertTuningJob(deps, parts, request, purpose);
  if (reason === null) await deps.jobs.tune(row.id);
  else await failTuningJob(deps, row, reason);
  return row;
}

/** The first problem; for cutoffs in irspack's words, which Recotem's log shows. */
function reasonOf(request: TuningJobRequest, { data, evaluation }: StudyParts, problems: FieldErrors) {
  if (evaluation.cutoff < 1) return "cutoff must be strictly greather than 0.";
  const report = ingestionReport.safeParse(data.report);
  if (report.success && evaluation.cutoff > report.data.items) {
    return "cutoff must not exeeed the number of items.";
  }
  if (request.n_tasks_parallel < 1) return "n_tasks_parallel must be at least 1.";
  if (request.n_trials < 1) return "n_trials must be at least 1.";
  return Object.values(problems)[0]?.[0] ?? null;
}

async function failTuningJob(deps: Deps, row: TuningJobRow, reason: string): Promise<void> {
  const at = deps.clock();
  const lines = [`Start job ${row.id} / worker 0.`, `Search worker 0 for job ${row.id} failed: ${reason}`];
  await recordTaskLog(
    deps,
    { kind: "tuning_job", id: row.id },
    lines.map((contents, index) => ({ lineNumber: index + 1, at, contents })),
  );
  await deps.db
    .update(tuningJob)
    .set({ status: "FAILED", error: reason, updatedAt: at })
    .where(eq(tuningJob.id, row.id));
}
