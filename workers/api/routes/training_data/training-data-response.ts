import type { TrainingDataResponse } from "#contract/training-data.ts";
import { shownPath } from "#services/files/file-names.ts";
import { type TrainingDataRow, trainingDataCodec } from "#services/resources/training-data.ts";

const FOLDER = "trainin_gata";

export function toTrainingDataResponse(row: TrainingDataRow): TrainingDataResponse {
  const token = row.fileKey?.split("/").at(-1) ?? null;
  return {
    ...trainingDataCodec.show(row),
    file: token === null ? null : shownPath(FOLDER, row.basename, token),
    // A refused file is gone, but users still know it by its name.
    basename: token === null && row.status !== "FAILED" ? null : row.basename,
  };
}
