import type { DeletionResponse } from "#contract/deletion.ts";
import { type DeletionRow, deletionCodec } from "#services/resources/deletion.ts";

export const toDeletionResponse: (row: DeletionRow) => DeletionResponse = deletionCodec.show;
