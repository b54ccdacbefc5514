/** Writes the rows of an archive to the database: every id in them is replaced by the new one, or the archive is refused. */

import { eq } from "drizzle-orm";
import type { ArchiveRow, ArchiveTable } from "#contract/archive.ts";
import { MAX_SCHEMA_VERSIONS } from "#contract/column-schema.ts";
import { MAX_SAVED_RULES } from "#contract/saved-rule.ts";
import { TABLE_SIDES } from "#contract/table-sides.ts";
import { columnSchema } from "#db/column-schema.ts";
import { abTest, conversionEvent } from "#db/experiment-schema.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { savedRule } from "#db/rule-schema.ts";
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
import { userMerge } from "#db/user-merge-schema.ts";
import { modelKey } from "#storage/keys.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import { checkUploadName, cleanFileName } from "../files/file-names.ts";
import { newUploadKey } from "../files/uploads.ts";
import { abTestCodec } from "../resources/ab-test.ts";
import type { IdOf, ReferenceTarget } from "../resources/codec.ts";
import { columnSchemaCodec } from "../resources/column-schema.ts";
import { conversionEventCodec } from "../resources/conversion-event.ts";
import { deploymentSlotCodec } from "../resources/deployment-slot.ts";
import { evaluationConfigCodec } from "../resources/evaluation-config.ts";
import type { ResourceTable } from "../resources/listing.ts";
import { modelConfigurationCodec } from "../resources/model-configuration.ts";
import { retrainingScheduleCodec } from "../resources/retraining-schedule.ts";
import { savedRuleCodec } from "../resources/saved-rule.ts";
import { splitConfigCodec } from "../resources/split-config.ts";
import { trainedModelCodec } from "../resources/trained-model.ts";
import { tuningJobCodec } from "../resources/tuning-job.ts";
import { userMergeCodec } from "../resources/user-merge.ts";
import { cronProblem, fieldCountProblem } from "../retraining/cron-times.ts";
import { MAX_SLOTS } from "../slots/deployment-slots.ts";
import { fileCodecs } from "./archive-rows.ts";
import { ArchivedMerges } from "./archived-merges.ts";
import { latestTime } from "./latest-time.ts";

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes">;

/** Rows of a project in some tables, as the API allows them. */
const MOST_ROWS: { readonly [T in ArchiveTable]?: number } = {
  deployment_slot: MAX_SLOTS,
  saved_rule: MAX_SAVED_RULES,
  column_schema: TABLE_SIDES.length * MAX_SCHEMA_VERSIONS,
};

/** When a saved rule holds. All other times of an archive say when something has happened. */
const PLANNED_TIMES: ReadonlySet<string> = new Set(["starts_at", "ends_at"]);

/** The project of the rows, and the request to erase them that stays until the import ends. */
export interface ImportTarget {
  readonly projectId: number;
  readonly ownerId: number;
  readonly orderId: number;
}

/** A file to store under a key; afterwards its row gets the real size. */
export interface AwaitedFile {
  readonly key: string;
  readonly stored: (bytes: number) => Promise<unknown>;
}

const FILE_TABLES = {
  training_data: trainingData,
  item_meta_data: itemMetaData,
  user_meta_data: userMetaData,
} as const;

/** The new ids of the archive's ids, and the files that are still missing. */
export class ImportedRows {
  readonly #deps: Deps;
  readonly #target: ImportTarget;
  readonly #ids = new Map<string, number>();
  /** Files that rows refer to, by their names in the archive. */
  readonly awaited = new Map<string, AwaitedFile>();
  /** Whether a schedule of the archive was enabled; the imported one is disabled. */
  switchedOff = false;
  /** Models whose files are in the archive, by the key of the file. */
  readonly models = new Map<string, number>();
  /** References to later rows, written once all rows are there. */
  readonly #later: (() => Promise<unknown>)[] = [];
  readonly #merges = new ArchivedMerges();
  readonly #counts = new Map<ArchiveTable, number>();

  constructor(deps: Deps, target: ImportTarget) {
    this.#deps = deps;
    this.#target = target;
  }

  async add<T extends ArchiveTable>(table: T, row: ArchiveRow<T>): Promise<void> {
    const latest = latestTime(this.#deps.clock);
    for (const [field, time] of Object.entries(row)) {
      if (!field.endsWith("_at") || PLANNED_TIMES.has(field)) continue;
      if (typeof time !== "number" || time <= latest) continue;
      const what = field === "created_at" ? "was created" : `has its ${field}`;
      throw new BadArchive(`A row of ${table} in the archive ${what} in the future.`);
    }
    const count = (this.#counts.get(table) ?? 0) + 1;
    const most = MOST_ROWS[table];
    if (most !== undefined && count > most) {
      throw new BadArchive(
        `The archive has more than ${most} rows of ${table}, which a project may not have.`,
      );
    }
    this.#counts.set(table, count);
    await this.#writers[table](row as never);
  }

  /** Writes references to later rows; call it at the end. */
  async linkLater(): Promise<void> {
    for (const link of this.#later) await link();
  }

  readonly #writers: { readonly [T in ArchiveTable]: (row: ArchiveRow<T>) => Promise<void> } = {
    split_config: async (row) => {
      await this.#insert(splitConfig, "split_config", row, {
        ...splitConfigCodec.restore(row, this.#idOf),
        createdBy: this.#target.ownerId,
        importId: this.#target.orderId,
      });
    },
    evaluation_config: async (row) => {
      await this.#insert(evaluationConfig, "evaluation_config", row, {
        ...evaluationConfigCodec.restore(row, this.#idOf),
        createdBy: this.#target.ownerId,
        importId: this.#target.orderId,
      });
    },
    data_file: (row) => this.#addFile(row),
    tuning_job: async (row) => {
      const { projectId } = this.#target;
      const values = { ...tuningJobCodec.restore(row, this.#idOf), projectId };
      const id = await this.#insert(tuningJob, "tuning_job", row, values);
      this.#later.push(async () => {
        const references = tuningJobCodec.restoreLater(row, this.#idOf);
        if (references) await this.#deps.db.update(tuningJob).set(references).where(eq(tuningJob.id, id));
      });
    },
    model_configuration: async (row) => {
      const { projectId } = this.#target;
      const values = { ...modelConfigurationCodec.restore(row, this.#idOf), projectId };
      await this.#insert(modelConfiguration, "model_configuration", row, values);
    },
    trained_model: async (row) => {
      const { projectId } = this.#target;
      const values = trainedModelCodec.restore(row, this.#idOf);
      const id = await this.#insert(trainedModel, "trained_model", row, {
        ...values,
        projectId,
        progress: values.status === "READY" ? 1 : 0,
        // The archive's slots say which models are live, also for models that are trained again.
        deploy: "never",
      });
      if (!row.has_file) return;
      const key = modelKey(projectId, id);
      this.awaited.set(`models/${row.id}`, { key, stored: async () => undefined });
      this.models.set(key, id);
    },
    deployment_slot: async (row) => {
      if (row.is_default && row.is_shadow) {
        throw new BadArchive("The slot of the archive in which new models go live is a shadow.");
      }
      const { projectId } = this.#target;
      const values = { ...deploymentSlotCodec.restore(row, this.#idOf), projectId };
      await this.#insert(deploymentSlot, "deployment_slot", row, values);
    },
    conversion_event: async (row) => {
      const { projectId } = this.#target;
      const values = { ...conversionEventCodec.restore(row, this.#idOf), projectId };
      await this.#insert(conversionEvent, "conversion_event", row, values);
    },
    ab_test: async (row) => {
      const { projectId } = this.#target;
      const values = { ...abTestCodec.restore(row, this.#idOf), projectId };
      await this.#insert(abTest, "ab_test", row, values);
    },
    retraining_schedule: async (row) => {
      // A disabled one may hold any five words, as in Recotem.
      const isWrong = row.is_enabled ? cronProblem(row.cron_expression, this.#deps.clock()) : null;
      const problem = isWrong ?? fieldCountProblem(row.cron_expression);
      if (problem !== null) throw new BadArchive(`The schedule of the archive: ${problem}`);
      const { projectId } = this.#target;
      const values = { ...retrainingScheduleCodec.restore(row, this.#idOf), projectId };
      await this.#insert(retrainingSchedule, "retraining_schedule", row, values);
      this.switchedOff ||= row.is_enabled;
    },
    saved_rule: async (row) => {
      // The rule is checked against the catalogue when it serves: the metadata of the copy are not read yet.
      const { projectId } = this.#target;
      const values = { ...savedRuleCodec.restore(row, this.#idOf), projectId };
      await this.#insert(savedRule, "saved_rule", row, values);
    },
    user_merge: async (row) => {
      this.#merges.add(row);
      const { projectId } = this.#target;
      const values = { ...userMergeCodec.restore(row, this.#idOf), projectId };
      await this.#insert(userMerge, "user_merge", row, values);
    },
    column_schema: async (row) => {
      const { projectId } = this.#target;
      const values = { ...columnSchemaCodec.restore(row, this.#idOf), projectId };
      await this.#insert(columnSchema, "column_schema", row, values);
    },
  };

  async #addFile(row: ArchiveRow<"data_file">): Promise<void> {
    const { projectId } = this.#target;
    const fileKey = row.has_file ? newUploadKey(this.#deps, projectId) : null;
    const basename = cleanFileName(row.basename);
    const problem = checkUploadName(basename);
    if (problem !== null) throw new BadArchive(`The file "${row.basename}" of the archive: ${problem}`);
    const isFailed = row.status === "FAILED" || fileKey === null;
    const table = FILE_TABLES[row.kind];
    const id = await this.#insert(table, row.kind, row, {
      ...fileCodecs[row.kind].restore(row, this.#idOf),
      projectId,
      fileKey,
      basename,
      // Files are read again: their datasets are signed for the original project.
      status: isFailed ? "FAILED" : "PENDING",
      error: isFailed ? (row.error ?? "The file had been deleted before the export.") : null,
    });
    if (!fileKey) return;
    const stored = (bytes: number) =>
      this.#deps.db.update(table).set({ filesize: bytes }).where(eq(table.id, id));
    this.awaited.set(`files/${row.kind}/${row.id}`, { key: fileKey, stored });
  }

  async #insert<T extends ResourceTable>(
    table: T,
    name: ReferenceTarget,
    { id }: { readonly id: number },
    values: Omit<T["$inferInsert"], "id" | "updatedAt">,
  ): Promise<number> {
    const dated = { ...values, updatedAt: this.#deps.clock() };
    const [made] = await this.#deps.db
      .insert(table as ResourceTable)
      .values(dated as never)
      .returning({ id: table.id });
    if (made === undefined) throw new Error("insert returned no row");
    const newId = made.id as number;
    this.#ids.set(`${name}/${id}`, newId);
    return newId;
  }

  readonly #idOf: IdOf = ({ to, whenGone }, id) => {
    const known = this.#ids.get(`${to}/${id}`);
    if (known !== undefined) return known;
    if (whenGone === "forget") return null;
    throw new BadArchive(`The archive refers to ${to} ${id}, which it lacks.`);
  };
}
