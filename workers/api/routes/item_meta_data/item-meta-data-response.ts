import type { ItemMetaDataResponse } from "#contract/training-data.ts";
import { shownPath } from "#services/file-names.ts";
import type { ItemMetaDataRow } from "#services/resources.ts";
import { isoTime } from "../iso-time.ts";

const FOLDER = "ite_met_aata";

export function toItemMetaDataResponse(row: ItemMetaDataRow): ItemMetaDataResponse {
  const token = row.fileKey?.split("/").at(-1) ?? null;
  return {
    id: row.id,
    project: row.projectId,
    file: token === null ? null : shownPath(FOLDER, row.basename, token),
    ins_datetime: isoTime(row.createdAt),
    // A refused file is gone, and people still know it by its name.
    basename: token === null && row.status !== "FAILED" ? null : row.basename,
    filesize: row.filesize,
    valid_columns_list_json: row.validColumns,
    status: row.status,
    error: row.error,
  };
}
