/** Rows of the database as an archive holds them: what a tenant made, under the API's names, without keys and secrets. */
import type { ArchiveRow, ArchiveTable } from "#contract/archive.ts";
import { MAX_REASON_LENGTH } from "#contract/limits.ts";
import { isOpenJob } from "#contract/tuning-job.ts";
import type { UploadKind } from "#contract/upload.ts";
import type { retrainingSchedule } from "#db/retraining-schema.ts";
import type {
  deploymentSlot,
  evaluationConfig,
  modelConfiguration,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
} from "#db/schema.ts";

interface Rows {
  readonly split_config: typeof splitConfig.$inferSelect;
  readonly evaluation_config: typeof evaluationConfig.$inferSelect;
  readonly data_file: Omit<typeof trainingData.$inferSelect, "report">;
  readonly tuning_job: typeof tuningJob.$inferSelect;
  readonly model_configuration: typeof modelConfiguration.$inferSelect;
  readonly trained_model: typeof trainedModel.$inferSelect;
  readonly deployment_slot: typeof deploymentSlot.$inferSelect;
  readonly retraining_schedule: typeof retrainingSchedule.$inferSelect;
}

type Dated = { readonly id: number; readonly createdAt: number };
const dated = ({ id, createdAt }: Dated) => ({ id, created_at: createdAt });

/** As much of a reason as an archive takes. */
function shortened(reason: string | null): string | null {
  return reason === null ? null : reason.slice(0, MAX_REASON_LENGTH);
}

type Writers = { readonly [T in ArchiveTable]: (row: Rows[T], kind: UploadKind) => ArchiveRow<T> };

const writers: Writers = {
  split_config: (row) => ({
    ...dated(row),
    name: row.name,
    scheme: row.scheme,
    heldout_ratio: row.heldoutRatio,
    n_heldout: row.nHeldout,
    test_user_ratio: row.testUserRatio,
    n_test_users: row.nTestUsers,
    random_seed: row.randomSeed,
  }),
  evaluation_config: (row) => ({
    ...dated(row),
    name: row.name,
    cutoff: row.cutoff,
    target_metric: row.targetMetric,
  }),
  data_file: (row, kind) => ({
    ...dated(row),
    kind,
    basename: row.basename,
    filesize: row.filesize,
    status: row.status,
    error: shortened(row.error),
    has_file: row.fileKey !== null,
    reading: row.reading,
  }),
  tuning_job: (row) => ({
    ...dated(row),
    data: row.dataId,
    split: row.splitId,
    evaluation: row.evaluationId,
    // What a study under way knows lies in its object, and is not in the archive.
    status: isOpenJob(row.status) ? "CANCELLED" : row.status,
    n_tasks_parallel: row.parallelTrials,
    n_trials: row.trialCount,
    memory_budget: row.memoryBudgetMb,
    timeout_overall: row.overallTimeoutS,
    timeout_singlestep: row.trialTimeoutS,
    random_seed: row.randomSeed,
    tried_algorithms_json: row.algorithms,
    train_after_tuning: row.trainAfterTuning,
    best_score: row.bestScore,
    best_config: row.bestConfigId,
    tuned_model: row.tunedModelId,
    final_metrics: row.finalMetrics,
    test_part: row.testPart,
    engine_version: row.engineVersion,
    error: shortened(row.error),
  }),
  model_configuration: (row) => ({
    ...dated(row),
    tuning_job: row.tuningJobId,
    name: row.name,
    recommender_class_name: row.recommenderClassName,
    parameters_json: row.parameters,
  }),
  trained_model: (row) => ({
    ...dated(row),
    configuration: row.configurationId,
    data: row.dataId,
    tuning_job: row.tuningJobId,
    version: row.version,
    status: row.status,
    error: shortened(row.error),
    metrics: row.metrics,
    test_part: row.testPart,
    engine_version: row.engineVersion,
    has_file: row.artifactKey !== null,
  }),
  deployment_slot: (row) => ({
    ...dated(row),
    name: row.name,
    trained_model: row.modelId,
    previous_model: row.previousModelId,
    weight: row.weight,
    is_active: row.isActive,
    is_default: row.isDefault,
  }),
  retraining_schedule: (row) => ({
    ...dated(row),
    is_enabled: row.isEnabled,
    cron_expression: row.cronExpression,
    training_data: row.dataId,
    model_configuration: row.configurationId,
    retune: row.retune,
    split_config: row.splitId,
    evaluation_config: row.evaluationId,
    max_retries: row.maxRetries,
    notify_on_failure: row.notifyOnFailure,
    auto_deploy: row.autoDeploy,
    deploy_tolerance: row.deployTolerance,
    keep_versions: row.keepVersions,
  }),
};

/** `row` is one of the table's own; `kind` says which files, where it is a file's. */
export function toArchiveRow<T extends ArchiveTable>(
  table: T,
  row: object,
  kind: UploadKind = "training_data",
): ArchiveRow<T> {
  return writers[table](row as Rows[T], kind);
}
