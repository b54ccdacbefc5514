import { ingestionReport } from "#contract/ingestion.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { shownPath } from "#services/files/file-names.ts";
import type { TrainingDataRow } from "#services/resources/resources.ts";
import { isoTime } from "../iso-time.ts";

const FOLDER = "trainin_gata";

export function toTrainingDataResponse(row: TrainingDataRow): TrainingDataResponse {
  const token = row.fileKey?.split("/").at(-1) ?? null;
  return {
    id: row.id,
    project: row.projectId,
    file: token === null ? null : shownPath(FOLDER, row.basename, token),
    ins_datetime: isoTime(row.createdAt),
    // A refused file is gone, and people still know it by its name.
    basename: token === null && row.status !== "FAILED" ? null : row.basename,
    filesize: row.filesize,
    status: row.status,
    error: row.error,
    report: row.report === null ? null : ingestionReport.parse(row.report),
  };
}
