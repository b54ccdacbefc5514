import type { ItemMetaDataResponse, UserMetaDataResponse } from "#contract/training-data.ts";
import type { UploadKind } from "#contract/upload.ts";
import { shownPath } from "#services/files/file-names.ts";
import { type ItemMetaDataRow, itemMetaDataCodec } from "#services/resources/item-meta-data.ts";
import { type UserMetaDataRow, userMetaDataCodec } from "#services/resources/user-meta-data.ts";

export type MetaDataKind = Exclude<UploadKind, "training_data">;
export type MetaDataRow = ItemMetaDataRow | UserMetaDataRow;

const CODECS = { item_meta_data: itemMetaDataCodec, user_meta_data: userMetaDataCodec } as const;
/** The odd spelling of the first one is Recotem's. */
const FOLDERS = { item_meta_data: "ite_met_aata", user_meta_data: "user_meta_data" } as const;

export function toMetaDataResponse(
  kind: MetaDataKind,
  row: MetaDataRow,
): ItemMetaDataResponse | UserMetaDataResponse {
  const token = row.fileKey?.split("/").at(-1) ?? null;
  return {
    ...CODECS[kind].show(row),
    file: token === null ? null : shownPath(FOLDERS[kind], row.basename, token),
    // A refused file is gone, but users still know it by its name.
    basename: token === null && row.status !== "FAILED" ? null : row.basename,
  };
}
