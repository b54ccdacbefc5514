/** Rows of the database as an archive holds them: the tenant's data, under the API's names, without keys and secrets. */
import type { ArchiveRow, ArchiveTable } from "#contract/archive.ts";
import type { UploadKind } from "#contract/upload.ts";
import { type AbTestRow, abTestCodec } from "../resources/ab-test.ts";
import { type ColumnSchemaRow, columnSchemaCodec } from "../resources/column-schema.ts";
import { type ConversionEventRow, conversionEventCodec } from "../resources/conversion-event.ts";
import { type DeploymentSlotRow, deploymentSlotCodec } from "../resources/deployment-slot.ts";
import { type EvaluationConfigRow, evaluationConfigCodec } from "../resources/evaluation-config.ts";
import { itemMetaDataCodec } from "../resources/item-meta-data.ts";
import { type ModelConfigurationRow, modelConfigurationCodec } from "../resources/model-configuration.ts";
import { type RetrainingScheduleRow, retrainingScheduleCodec } from "../resources/retraining-schedule.ts";
import { type SavedRuleRow, savedRuleCodec } from "../resources/saved-rule.ts";
import { type SplitConfigRow, splitConfigCodec } from "../resources/split-config.ts";
import { type TrainedModelRow, trainedModelCodec } from "../resources/trained-model.ts";
import { type TrainingDataRow, trainingDataCodec } from "../resources/training-data.ts";
import { type TuningJobRow, tuningJobCodec } from "../resources/tuning-job.ts";
import { type UserMergeRow, userMergeCodec } from "../resources/user-merge.ts";
import { userMetaDataCodec } from "../resources/user-meta-data.ts";

interface Rows {
  readonly split_config: SplitConfigRow;
  readonly evaluation_config: EvaluationConfigRow;
  readonly data_file: TrainingDataRow;
  readonly tuning_job: TuningJobRow;
  readonly model_configuration: ModelConfigurationRow;
  readonly trained_model: TrainedModelRow;
  readonly deployment_slot: DeploymentSlotRow;
  readonly conversion_event: ConversionEventRow;
  readonly ab_test: AbTestRow;
  readonly retraining_schedule: RetrainingScheduleRow;
  readonly saved_rule: SavedRuleRow;
  readonly user_merge: UserMergeRow;
  readonly column_schema: ColumnSchemaRow;
}

export const fileCodecs = {
  training_data: trainingDataCodec,
  item_meta_data: itemMetaDataCodec,
  user_meta_data: userMetaDataCodec,
} as const;

type Writers = { readonly [T in ArchiveTable]: (row: Rows[T], kind: UploadKind) => ArchiveRow<T> };

const writers: Writers = {
  split_config: splitConfigCodec.archive,
  evaluation_config: evaluationConfigCodec.archive,
  // Every kind keeps the same columns; those of metadata alone are left out.
  data_file: (row, kind) => ({ ...fileCodecs[kind].archive(row as never), kind }),
  tuning_job: tuningJobCodec.archive,
  model_configuration: modelConfigurationCodec.archive,
  trained_model: trainedModelCodec.archive,
  deployment_slot: deploymentSlotCodec.archive,
  conversion_event: conversionEventCodec.archive,
  ab_test: abTestCodec.archive,
  retraining_schedule: retrainingScheduleCodec.archive,
  saved_rule: savedRuleCodec.archive,
  user_merge: userMergeCodec.archive,
  column_schema: columnSchemaCodec.archive,
};

/** `row` belongs to the table; for a file, `kind` is the kind of file. */
export function toArchiveRow<T extends ArchiveTable>(
  table: T,
  row: object,
  kind: UploadKind = "training_data",
): ArchiveRow<T> {
  return writers[table](row as Rows[T], kind);
}
