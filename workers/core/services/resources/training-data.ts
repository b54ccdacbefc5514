import type { ArchiveRow } from "#contract/archive.ts";
import { ingestionReport } from "#contract/ingestion.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { trainingData } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { FILE_COLUMNS, filesOf } from "./data-file.ts";

export type TrainingDataRow = typeof trainingData.$inferSelect;

export const trainingDataFiles = filesOf(trainingData, {
  model: "TrainingData",
  path: "training_data",
  one: "training data",
  many: "training data",
});

export const trainingDataCodec = archivedCodec<
  TrainingDataRow,
  TrainingDataResponse,
  ArchiveRow<"data_file">
>()({
  ...FILE_COLUMNS,
  report: {
    api: { field: "report", show: (report) => (report === null ? null : ingestionReport.parse(report)) },
    archive: leftOut("The file is read again."),
  },
});
