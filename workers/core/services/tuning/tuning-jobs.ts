/** Tuning jobs: impossible ones are refused before they start, as far as that can be known. */
import { eq } from "drizzle-orm";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";
import type { FieldErrors } from "#contract/error.ts";
import {
  type ColdSplitScheme,
  isColdScheme,
  isNextItemScheme,
  type NextItemSplitScheme,
} from "#contract/study-config.ts";
import { isOpenJob, type TuningJobRequest } from "#contract/tuning-job.ts";
import { adoptNewRow, isBeginning, lostRun } from "#db/adopt-new-row.ts";
import { insertWhere } from "#db/insert-where.ts";
import { project, tuningJob } from "#db/schema.ts";
import type { TablesPresent } from "#engine/algorithms/needs-tables.ts";
import { type QuotaRoom, UNLIMITED } from "../access/quotas.ts";
import { referable, resolveReference } from "../access/references.ts";
import { AppError, FieldError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { dataProblem } from "../files/data-problem.ts";
import { type TablesDeps, tablesPresent } from "../files/feature-sources.ts";
import type { EvaluationConfigRow } from "../resources/evaluation-config.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { SplitConfigRow } from "../resources/split-config.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { type TuningJobRow, tuningJobCodec, tuningJobs } from "../resources/tuning-job.ts";
import { findServingModel } from "../serving/deployment.ts";
import type { Viewer } from "../viewer.ts";
import { leftOutOf, memoryProblems, type SearchConditions } from "./fitting-search.ts";
import { cancelJob } from "./running-jobs.ts";
import { heldOutCount } from "./studies.ts";

type Deps = Pick<ServiceDeps, "jobs" | "clock" | "isolateFileBytes"> & TablesDeps;

/** The rows that define a study. */
export interface StudyParts {
  readonly data: TrainingDataRow;
  readonly split: SplitConfigRow;
  readonly evaluation: EvaluationConfigRow;
  /** Whether the data's project has a time column, or the data are made of events. */
  readonly hasTimes: boolean;
  /** The tables of properties that the project has. */
  readonly tables: TablesPresent;
  /** Trials of data with more bytes have a sample. */
  readonly isolateFileBytes: number;
}

type References = Pick<TuningJobRequest, "data" | "split" | "evaluation">;

/** Those rows, if the caller may use them. Throws FieldError. */
export async function requireJobParts(deps: Deps, viewer: Viewer, ids: References): Promise<StudyParts> {
  const { db } = deps;
  const [data, split, evaluation] = await Promise.all([
    resolveReference(db, viewer, referable.data, ids.data),
    resolveReference(db, viewer, referable.split, ids.split),
    resolveReference(db, viewer, referable.evaluation, ids.evaluation),
  ]);
  if (data.row && split.row && evaluation.row) {
    const hasTimes = await hasTimesIn(db, data.row);
    const tables = await tablesPresent(deps, data.row.projectId);
    const { isolateFileBytes } = deps;
    return {
      ...{ data: data.row, split: split.row, evaluation: evaluation.row },
      ...{ hasTimes, tables, isolateFileBytes },
    };
  }
  const problems = { data, split, evaluation };
  const refused = Object.entries(problems).filter(([, result]) => result.problem !== null);
  throw new FieldError(Object.fromEntries(refused.map(([field, { problem }]) => [field, [problem ?? ""]])));
}

/** Whether interactions have times. Events always do. */
export async function hasTimesIn(
  db: Deps["db"],
  { projectId, reading }: Pick<TrainingDataRow, "projectId" | "reading">,
): Promise<boolean> {
  if (reading?.events) return true;
  const [row] = await db
    .select({ timeColumn: project.timeColumn })
    .from(project)
    .where(eq(project.id, projectId));
  return Boolean(row?.timeColumn);
}

function splitProblem(
  split: SplitConfigRow,
  { hasTimes, tables }: Pick<StudyParts, "hasTimes" | "tables">,
): string | null {
  if (isColdScheme(split.scheme)) return coldSplitProblem(split, split.scheme, tables);
  if (isNextItemScheme(split.scheme) && hasTimes) return nextItemProblem(split, split.scheme);
  if (split.scheme !== "RG" && !hasTimes) {
    return `The split scheme ${split.scheme} needs times, but the project has no time column.`;
  }
  const heldOut = heldOutCount(split) ?? split.heldoutRatio;
  if (heldOut <= 0) return "This split holds nothing out: raise heldout_ratio or n_heldout.";
  const testUsers = split.nTestUsers ?? split.testUserRatio;
  return testUsers <= 0 ? "This split has no test users: raise test_user_ratio or n_test_users." : null;
}

function nextItemProblem(split: SplitConfigRow, scheme: NextItemSplitScheme): string | null {
  if (split.nTestUsers !== null || split.testUserRatio !== 1)
    return `The split scheme ${scheme} measures every request: n_test_users and test_user_ratio have no meaning for it.`;
  if (split.nHeldout !== null && split.nHeldout < 1)
    return "n_heldout is how many next items are relevant: it must be at least 1.";
  const { heldoutRatio: ratio } = split;
  if (scheme === "next-item" || (ratio > 0 && ratio < 1)) return null;
  return `The split scheme ${scheme} needs a heldout_ratio between 0 and 1.`;
}

/** New items and new users are known by their properties alone. */
function coldSplitProblem(
  split: SplitConfigRow,
  scheme: ColdSplitScheme,
  tables: TablesPresent,
): string | null {
  const side = scheme === "cold_items" ? "items" : "users";
  if (!tables[side]) {
    return `The split scheme ${scheme} needs a table of ${side}, and the project has none. Upload ${side.slice(0, -1)} metadata first.`;
  }
  if (split.nHeldout !== null || split.nTestUsers !== null || split.testUserRatio !== 1) {
    return `The split scheme ${scheme} holds out all interactions of a share of the ${side}: n_heldout, test_user_ratio and n_test_users have no meaning for it.`;
  }
  const { heldoutRatio: ratio } = split;
  return ratio > 0 && ratio < 1 ? null : `The split scheme ${scheme} needs a heldout_ratio between 0 and 1.`;
}

function algorithmProblem(names: readonly string[] | null | undefined): string | null {
  if (names === null || names === undefined) return null;
  if (names.length === 0) return "Name at least one algorithm, or leave the field out.";
  const unknown = names.find((name) => findAlgorithm(name) === null);
  if (unknown === undefined) return null;
  return `"${unknown}" is not a known algorithm. Known: ${ALGORITHM_NAMES.join(", ")}.`;
}

type Wanted = Pick<TuningJobRequest, "tried_algorithms_json" | "memory_budget">;

/** Why a study of these rows is impossible, by field; empty when it is possible. */
export function jobProblems(
  parts: StudyParts,
  { tried_algorithms_json: algorithms, memory_budget: budgetMb }: Wanted,
): FieldErrors {
  const problems: Record<string, string | null> = {
    data: dataProblem(parts.data),
    split: splitProblem(parts.split, parts),
    evaluation: parts.evaluation.cutoff < 1 ? "The cutoff of this evaluation must be at least 1." : null,
    tried_algorithms_json: algorithmProblem(algorithms),
  };
  const fields: FieldErrors = {};
  for (const [field, problem] of Object.entries(problems)) {
    if (problem !== null) fields[field] = [problem];
  }
  if (fields.data || fields.tried_algorithms_json) return fields;
  return { ...fields, ...memoryProblems(searchOf(parts, budgetMb), algorithms) };
}

function searchOf({ data, split, ...known }: StudyParts, budgetMb: number): SearchConditions {
  const { hasTimes, tables, isolateFileBytes } = known;
  return { report: data.report, hasTimes, tables, isolateFileBytes, budgetMb, scheme: split.scheme };
}

/** The purpose of a study beyond its own result. */
export interface StudyPurpose {
  /** The retraining that it belongs to: the two rows are written together. */
  readonly run?: RetrainingRunRow;
  /** Measures this configuration instead of searching one. */
  readonly fixedConfigurationId?: number;
  /** The model that the measurement is of. */
  readonly measuredModelId?: number;
  /** The live model, which is measured as well as the winner. */
  readonly servingModelId?: number | null;
  /** The account's remaining quota. */
  readonly room?: QuotaRoom;
}

/** Starts a study. */
export async function createTuningJob(
  deps: Deps,
  viewer: Viewer,
  request: TuningJobRequest,
  purpose: StudyPurpose = {},
): Promise<TuningJobRow> {
  const parts = await requireJobParts(deps, viewer, request);
  const problems = jobProblems(parts, request);
  if (Object.keys(problems).length > 0) throw new FieldError(problems);
  const row = await insertTuningJob(deps, parts, request, await withRival(deps, parts, request, purpose));
  await deps.jobs.tune(row.id);
  return row;
}

/** If a model may go live only when it is not worse, the live one is measured, too. */
async function withRival(
  { db }: Pick<Deps, "db">,
  { data }: StudyParts,
  { train_after_tuning: trains, deploy }: TuningJobRequest,
  purpose: StudyPurpose,
): Promise<StudyPurpose> {
  if (purpose.servingModelId !== undefined || !trains || deploy !== "if_better") return purpose;
  return { ...purpose, servingModelId: (await findServingModel(db, data.projectId))?.id ?? null };
}

/** Writes the row of a study that has not started. */
export async function insertTuningJob(
  deps: Deps,
  parts: StudyParts,
  request: TuningJobRequest,
  purpose: StudyPurpose = {},
): Promise<TuningJobRow> {
  const now = deps.clock();
  const { run, fixedConfigurationId, measuredModelId, servingModelId, room = UNLIMITED } = purpose;
  const insert = insertWhere(
    deps.db,
    tuningJob,
    {
      ...tuningJobCodec.set(request),
      projectId: parts.data.projectId,
      leftOut: leftOutOf(searchOf(parts, request.memory_budget), request.tried_algorithms_json),
      fixedConfigurationId,
      measuredModelId,
      servingModelId,
      createdAt: now,
      updatedAt: now,
    },
    run ? isBeginning(run) : room.isLeft,
  );
  const [[row]] = run
    ? await deps.db.batch([insert, adoptNewRow(deps.db, run, "tuningJobId", now)])
    : [await insert];
  if (row === undefined) throw run ? lostRun(run) : await room.refusal();
  return row;
}

/**
 * Changes the settings of an ended job, as Recotem's clients may: its results and its inputs stay. The settings of a running job
 * are fixed.
 */
export async function updateTuningJob(
  deps: Deps,
  row: TuningJobRow,
  changes: Partial<TuningJobRequest>,
): Promise<TuningJobRow> {
  if (isOpenJob(row.status)) {
    throw new AppError("conflict", `Job ${row.id} is running. Cancel it first.`);
  }
  const fixed = { data: row.dataId, split: row.splitId, evaluation: row.evaluationId };
  for (const [field, id] of Object.entries(fixed)) {
    const wanted = changes[field as keyof typeof fixed];
    if (wanted !== undefined && wanted !== id)
      throw fieldError(field, "This stays as it was when the job began.");
  }
  const [updated] = await deps.db
    .update(tuningJob)
    .set({ ...tuningJobCodec.set(changes), updatedAt: deps.clock() })
    .where(eq(tuningJob.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(tuningJobs.model);
  return updated;
}

/** Pauses a job: running trials may end, and none begins. */
export async function pauseTuningJob(deps: Deps, row: TuningJobRow): Promise<void> {
  if (!isOpenJob(row.status)) throw new AppError("conflict", `Job ${row.id} has already ended.`);
  await deps.jobs.pauseTuning(row.id);
}

export async function resumeTuningJob(deps: Deps, row: TuningJobRow): Promise<void> {
  if (row.status !== "PAUSED") throw new AppError("conflict", `Job ${row.id} is not paused.`);
  await deps.jobs.resumeTuning(row.id);
}

/** Stops a job; an ended one is unchanged. */
export async function cancelTuningJob(deps: Deps, row: TuningJobRow): Promise<void> {
  if (row.status === "COMPLETED" || row.status === "FAILED") {
    throw new AppError("conflict", `Job ${row.id} has already ended.`);
  }
  if (row.status !== "CANCELLED") await cancelJob(deps, row.id);
}

/** A running job is stopped before its row is deleted; its later writes find no row. */
export async function deleteTuningJob(deps: Deps, row: TuningJobRow): Promise<void> {
  if (isOpenJob(row.status)) await cancelJob(deps, row.id);
  const deleted = await deps.db
    .delete(tuningJob)
    .where(eq(tuningJob.id, row.id))
    .returning({ id: tuningJob.id });
  if (deleted.length === 0) throw notFound(tuningJobs.model);
  await deps.jobs.forget({ kind: "study", id: row.id });
}
