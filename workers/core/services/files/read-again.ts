/** Reads an uploaded file again, by the settings that its project has now. */

import type { QuotaRoom } from "../access/quotas.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { addDataFile, awaitIngestion, type DataFileRow, openDownload } from "./data-files.ts";
import { newUploadKey } from "./uploads.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock" | "sleep" | "randomBytes"> & {
  /** The account's remaining quota for a file of this many bytes. */
  readonly roomFor: (bytes: number) => QuotaRoom;
};

const OF_EVENTS_TEXT =
  "This file is made of events. Make data of the events again: they follow the project's settings.";
const UNREAD_TEXT = "This file is not read yet. It is read by the project's settings.";

/**
 * A copy of a file beside it, read by the columns and weights of its project; how its upload said to read it stays. The first row stays as it
 * is, and so does what was trained on it. Answers as an upload does: already read if that was quick, and with the reason if it is refused.
 */
export async function readAgain(deps: Deps, row: TrainingDataRow): Promise<DataFileRow> {
  if (row.reading?.events) throw new AppError("bad_request", OF_EVENTS_TEXT);
  if (row.status === "PENDING" || row.status === "INGESTING") throw new AppError("bad_request", UNREAD_TEXT);
  const { body, size } = await openDownload(deps, row.fileKey);
  const room = deps.roomFor(size);
  await room.require();
  const fileKey = newUploadKey(deps, row.projectId);
  await deps.store.put(fileKey, body);
  const { counting: _, ...reading } = row.reading ?? {};
  const { projectId, basename } = row;
  const copy = {
    kind: "training_data",
    projectId,
    fileKey,
    basename,
    filesize: size,
    reading,
    room,
  } as const;
  return awaitIngestion(deps, "training_data", await addDataFile(deps, copy));
}
