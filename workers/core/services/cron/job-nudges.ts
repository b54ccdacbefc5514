/**
 * Nudges jobs that should be running: starting a running job only makes it check what is overdue. So jobs continue after a killed
 * stack or a lost message. Paused jobs are left alone: nothing of theirs is overdue.
 */
import { and, asc, gt, inArray, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { UPLOAD_KINDS, type UploadKind } from "#contract/upload.ts";
import { itemMetaData, trainedModel, trainingData, tuningJob, userMetaData } from "#db/schema.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { ResourceTable } from "../resources/listing.ts";
import { attemptEach } from "./attempt-each.ts";
import { type CursorDeps, nextPage } from "./cron-cursors.ts";
import type { CronStage } from "./cron-stages.ts";

export interface NudgeDeps extends CursorDeps {
  readonly jobs: Pick<Jobs, "ingest" | "tune" | "train">;
}

/** Jobs of each kind in a minute. A job has its own alarms: this is for jobs that never began, and for a queue that forgot. */
export const NUDGES_PER_TICK = 50;

const files = {
  training_data: trainingData,
  item_meta_data: itemMetaData,
  user_meta_data: userMetaData,
} as const;

/** Each kind is a separate stage. */
export function nudgeStages(deps: NudgeDeps): CronStage[] {
  const { jobs } = deps;
  const isUnread = (kind: UploadKind) => inArray(files[kind].status, ["PENDING", "INGESTING"]);
  const isUntrained = inArray(trainedModel.status, ["PENDING", "TRAINING"]);
  const isSearching = inArray(tuningJob.status, ["PENDING", "RUNNING"]);
  const stage = (name: string, table: ResourceTable, isOpen: SQL, nudge: Nudge) => ({
    name,
    run: async () => attemptEach(await openIds(deps, name, table, isOpen), "jobs", ({ id }) => nudge(id)),
  });
  return [
    ...UPLOAD_KINDS.map((kind) =>
      stage(`nudge_${kind}`, files[kind], isUnread(kind), (id) => jobs.ingest(kind, id)),
    ),
    stage("nudge_tuning", tuningJob, isSearching, (id) => jobs.tune(id)),
    stage("nudge_training", trainedModel, isUntrained, (id) => jobs.train(id)),
  ];
}

type Nudge = (id: number) => Promise<void>;

function openIds(
  deps: NudgeDeps,
  name: string,
  table: ResourceTable,
  isOpen: SQL,
): Promise<{ id: number }[]> {
  const id = table.id as SQLiteColumn;
  return nextPage(deps, name, NUDGES_PER_TICK, async (after, limit) => {
    const rows = await deps.db
      .select({ id })
      .from(table)
      .where(and(isOpen, gt(id, after)))
      .orderBy(asc(id))
      .limit(limit);
    return rows as { id: number }[];
  });
}
