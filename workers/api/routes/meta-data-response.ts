import type { ItemMetaDataResponse, UserMetaDataResponse } from "#contract/training-data.ts";
import type { UploadKind } from "#contract/upload.ts";
import { shownPath } from "#services/files/file-names.ts";
import type { ItemMetaDataRow, UserMetaDataRow } from "#services/resources/resources.ts";
import { isoTime } from "./iso-time.ts";

export type MetaDataKind = Exclude<UploadKind, "training_data">;
export type MetaDataRow = ItemMetaDataRow | UserMetaDataRow;

/** The first one's odd spelling is the original's. */
const FOLDERS = { item_meta_data: "ite_met_aata", user_meta_data: "user_meta_data" } as const;

export function toMetaDataResponse(
  kind: MetaDataKind,
  row: MetaDataRow,
): ItemMetaDataResponse | UserMetaDataResponse {
  const token = row.fileKey?.split("/").at(-1) ?? null;
  return {
    id: row.id,
    project: row.projectId,
    file: token === null ? null : shownPath(FOLDERS[kind], row.basename, token),
    ins_datetime: isoTime(row.createdAt),
    // A refused file is gone, and people still know it by its name.
    basename: token === null && row.status !== "FAILED" ? null : row.basename,
    filesize: row.filesize,
    valid_columns_list_json: row.validColumns,
    status: row.status,
    error: row.error,
    report: row.report,
  };
}
