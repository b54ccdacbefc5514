/** Rows of an archive on their way into the database: every id they name is the new one, or the archive is refused. */

import { eq } from "drizzle-orm";
import { findClassName } from "#contract/algorithm-names.ts";
import type { ArchiveRow, ArchiveTable } from "#contract/archive.ts";
import { readingSettingsOf } from "#contract/reading.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import {
  deploymentSlot,
  evaluationConfig,
  itemMetaData,
  modelConfiguration,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
  userMetaData,
} from "#db/schema.ts";
import { modelKey } from "#storage/keys.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import { checkUploadName, cleanFileName } from "../files/file-names.ts";
import { newUploadKey } from "../files/uploads.ts";
import type { ResourceTable } from "../resources/listing.ts";
import { cronProblem, fieldCountProblem } from "../retraining/cron-times.ts";

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes">;

/** By how much clocks of deployments may differ. */
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

/** Where rows go, and the order to erase them that stands until the import ends. */
export interface ImportTarget {
  readonly projectId: number;
  readonly ownerId: number;
  readonly orderId: number;
}

/** A file to store under a key; then its row is told how large it really is. */
export interface AwaitedFile {
  readonly key: string;
  readonly stored: (bytes: number) => Promise<unknown>;
}

/** What of the archive's ids has become what, and which files are still to come. */
export class ImportedRows {
  readonly #deps: Deps;
  readonly #target: ImportTarget;
  readonly #projectId: number;
  readonly #ids = new Map<string, number>();
  /** Files that rows promise, by their names in the archive. */
  readonly awaited = new Map<string, AwaitedFile>();
  /** Whether a schedule of the archive was switched on; it arrives switched off. */
  switchedOff = false;
  /** Models whose files are in the archive, by the key of the file. */
  readonly models = new Map<string, number>();
  readonly #results: {
    readonly job: number;
    readonly config: number | null;
    readonly model: number | null;
  }[] = [];

  constructor(deps: Deps, target: ImportTarget) {
    this.#deps = deps;
    this.#target = target;
    this.#projectId = target.projectId;
  }

  async add<T extends ArchiveTable>(table: T, row: ArchiveRow<T>): Promise<void> {
    if (row.created_at > this.#deps.clock() + CLOCK_SKEW_MS) {
      throw new BadArchive(`A row of ${table} in the archive was created in the future.`);
    }
    await this.#writers[table](row as never);
  }

  /** A job names its results, which come after it; to be called at the end. */
  async linkResults(): Promise<void> {
    for (const { job, config, model } of this.#results) {
      await this.#deps.db
        .update(tuningJob)
        .set({
          bestConfigId: this.#idOrNull("model_configuration", config),
          tunedModelId: this.#idOrNull("trained_model", model),
        })
        .where(eq(tuningJob.id, job));
    }
  }

  readonly #writers: { readonly [T in ArchiveTable]: (row: ArchiveRow<T>) => Promise<void> } = {
    split_config: async (row) => {
      await this.#insert(splitConfig, "split_config", row, {
        name: row.name,
        scheme: row.scheme,
        heldoutRatio: row.heldout_ratio,
        nHeldout: row.n_heldout,
        testUserRatio: row.test_user_ratio,
        nTestUsers: row.n_test_users,
        randomSeed: row.random_seed,
        createdBy: this.#target.ownerId,
        importId: this.#target.orderId,
      });
    },
    evaluation_config: async (row) => {
      const { name, cutoff, target_metric: targetMetric } = row;
      const { ownerId: createdBy, orderId: importId } = this.#target;
      const values = { name, cutoff, targetMetric, createdBy, importId };
      await this.#insert(evaluationConfig, "evaluation_config", row, values);
    },
    data_file: async (row) => {
      const tables = {
        training_data: trainingData,
        item_meta_data: itemMetaData,
        user_meta_data: userMetaData,
      };
      const fileKey = row.has_file ? newUploadKey(this.#deps, this.#projectId) : null;
      const { filesize, error } = row;
      const basename = cleanFileName(row.basename);
      const problem = checkUploadName(basename);
      if (problem !== null) throw new BadArchive(`The file "${row.basename}" of the archive: ${problem}`);
      const isFailed = row.status === "FAILED" || fileKey === null;
      // Files are read again: what was made of them is signed for the project that they come from.
      const status = isFailed ? "FAILED" : "PENDING";
      const reason = isFailed ? (error ?? "The file had been deleted before the export.") : null;
      const reading = readingSettingsOf(row.reading ?? {});
      const values = {
        fileKey,
        basename,
        filesize,
        reading,
        status,
        error: reason,
        projectId: this.#projectId,
      };
      const table = tables[row.kind];
      const id = await this.#insert(table, row.kind, row, values);
      if (!fileKey) return;
      const stored = (bytes: number) =>
        this.#deps.db.update(table).set({ filesize: bytes }).where(eq(table.id, id));
      this.awaited.set(`files/${row.kind}/${row.id}`, { key: fileKey, stored });
    },
    tuning_job: async (row) => {
      const job = await this.#insert(tuningJob, "tuning_job", row, {
        projectId: this.#projectId,
        dataId: this.#id("training_data", row.data),
        splitId: this.#id("split_config", row.split),
        evaluationId: this.#id("evaluation_config", row.evaluation),
        status: row.status === "COMPLETED" || row.status === "FAILED" ? row.status : "CANCELLED",
        parallelTrials: row.n_tasks_parallel,
        trialCount: row.n_trials,
        memoryBudgetMb: row.memory_budget,
        overallTimeoutS: row.timeout_overall,
        trialTimeoutS: row.timeout_singlestep,
        randomSeed: row.random_seed,
        algorithms: row.tried_algorithms_json,
        trainAfterTuning: row.train_after_tuning,
        bestScore: row.best_score,
        finalMetrics: row.final_metrics,
        testPart: row.test_part ?? null,
        engineVersion: row.engine_version,
        error: row.error,
      });
      this.#results.push({ job, config: row.best_config, model: row.tuned_model });
    },
    model_configuration: async (row) => {
      await this.#insert(modelConfiguration, "model_configuration", row, {
        projectId: this.#projectId,
        tuningJobId: this.#idOrNull("tuning_job", row.tuning_job),
        name: row.name,
        recommenderClassName: findClassName(row.recommender_class_name) ?? row.recommender_class_name,
        parameters: row.parameters_json,
      });
    },
    trained_model: async (row) => {
      const isEnded = row.status === "READY" || row.status === "FAILED";
      const id = await this.#insert(trainedModel, "trained_model", row, {
        projectId: this.#projectId,
        configurationId: this.#id("model_configuration", row.configuration),
        dataId: this.#id("training_data", row.data),
        tuningJobId: this.#idOrNull("tuning_job", row.tuning_job),
        version: row.version,
        status: isEnded ? row.status : "PENDING",
        progress: row.status === "READY" ? 1 : 0,
        error: row.error,
        metrics: row.metrics,
        testPart: row.test_part ?? null,
        // The archive's slots say what is live, also where a model is trained again.
        deploy: "never",
        engineVersion: row.engine_version,
      });
      if (!row.has_file) return;
      const key = modelKey(this.#projectId, id);
      this.awaited.set(`models/${row.id}`, { key, stored: async () => undefined });
      this.models.set(key, id);
    },
    deployment_slot: async (row) => {
      await this.#insert(deploymentSlot, "deployment_slot", row, {
        projectId: this.#projectId,
        name: row.name,
        modelId: this.#id("trained_model", row.trained_model),
        previousModelId: this.#idOrNull("trained_model", row.previous_model),
        weight: row.weight,
        isActive: row.is_active,
        isDefault: row.is_default,
      });
    },
    retraining_schedule: async (row) => {
      const now = this.#deps.clock();
      // A disabled one may hold any five words, as in the original.
      const isWrong = row.is_enabled ? cronProblem(row.cron_expression, now) : null;
      const problem = isWrong ?? fieldCountProblem(row.cron_expression);
      if (problem !== null) throw new BadArchive(`The schedule of the archive: ${problem}`);
      await this.#insert(retrainingSchedule, "retraining_schedule", row, {
        projectId: this.#projectId,
        // The project that was exported may still retrain on this schedule. The owner of the copy switches it on.
        isEnabled: false,
        cronExpression: row.cron_expression,
        dataId: this.#idOrNull("training_data", row.training_data),
        configurationId: this.#idOrNull("model_configuration", row.model_configuration),
        retune: row.retune,
        splitId: this.#idOrNull("split_config", row.split_config),
        evaluationId: this.#idOrNull("evaluation_config", row.evaluation_config),
        maxRetries: row.max_retries,
        notifyOnFailure: row.notify_on_failure,
        autoDeploy: row.auto_deploy,
        deployTolerance: row.deploy_tolerance,
        keepVersions: row.keep_versions,
        nextRunAt: null,
      });
      this.switchedOff ||= row.is_enabled;
    },
  };

  async #insert(
    table: ResourceTable,
    name: string,
    { id, created_at: createdAt }: { readonly id: number; readonly created_at: number },
    values: object,
  ): Promise<number> {
    const dated = { ...values, createdAt, updatedAt: this.#deps.clock() };
    const [made] = await this.#deps.db
      .insert(table)
      .values(dated as never)
      .returning({ id: table.id });
    if (made === undefined) throw new Error("insert returned no row");
    const newId = made.id as number;
    this.#ids.set(`${name}/${id}`, newId);
    return newId;
  }

  #id(name: string, id: number): number {
    const known = this.#ids.get(`${name}/${id}`);
    if (known === undefined) throw new BadArchive(`The archive names ${name} ${id} and does not have it.`);
    return known;
  }

  #idOrNull(name: string, id: number | null): number | null {
    return id === null ? null : (this.#ids.get(`${name}/${id}`) ?? null);
  }
}
