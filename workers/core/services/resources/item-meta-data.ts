import type { ArchiveRow } from "#contract/archive.ts";
import type { ItemMetaDataResponse } from "#contract/training-data.ts";
import { itemMetaData } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { FILE_COLUMNS, filesOf } from "./data-file.ts";

export type ItemMetaDataRow = typeof itemMetaData.$inferSelect;

export const itemMetaDataFiles = filesOf(itemMetaData, {
  model: "ItemMetaData",
  path: "item_meta_data",
  one: "item metadata",
  many: "item metadata",
});

export const itemMetaDataCodec = archivedCodec<
  ItemMetaDataRow,
  ItemMetaDataResponse,
  ArchiveRow<"data_file">
>()({
  ...FILE_COLUMNS,
  validColumns: { api: "valid_columns_list_json", archive: leftOut("The file is read again.") },
  report: { api: "report", archive: leftOut("The file is read again.") },
});
