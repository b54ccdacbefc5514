import type { ArchiveRow } from "#contract/archive.ts";
import type { UserMetaDataResponse } from "#contract/training-data.ts";
import { userMetaData } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { FILE_COLUMNS, filesOf } from "./data-file.ts";

export type UserMetaDataRow = typeof userMetaData.$inferSelect;

export const userMetaDataFiles = filesOf(userMetaData, {
  model: "UserMetaData",
  path: "user_meta_data",
  one: "user metadata",
  many: "user metadata",
});

export const userMetaDataCodec = archivedCodec<
  UserMetaDataRow,
  UserMetaDataResponse,
  ArchiveRow<"data_file">
>()({
  ...FILE_COLUMNS,
  validColumns: { api: "valid_columns_list_json", archive: leftOut("The file is read again.") },
  report: { api: "report", archive: leftOut("The file is read again.") },
});
