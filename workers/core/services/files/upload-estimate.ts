/** What reading a file takes, before it is uploaded. */
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { readingSettingsOf } from "#contract/reading.ts";
import type { UploadEstimate, UploadEstimateRequest } from "#contract/upload.ts";
import { estimateUpload } from "#engine/scale/estimate/estimate-upload.ts";
import { factsOfBeginning } from "#engine/scale/estimate/file-facts.ts";
import { workEstimateOf } from "#engine/scale/estimate/stages-estimate.ts";
import { leavesRowsOut } from "#jobs/file-reading.ts";
import { referable, requireReference } from "../access/references.ts";
import { fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { Viewer } from "../viewer.ts";
import { checkUploadName, cleanFileName } from "./file-names.ts";
import { fileReadingOf } from "./file-readings.ts";
import { columnsOf } from "./ingestions.ts";

/** Estimates the reading of a file of interactions from its size, its beginning and the project's columns. Throws FieldError for an unknown project and a file that would be refused. */
export async function estimateOfUpload(
  { db, isolateFileBytes }: Pick<ServiceDeps, "db" | "isolateFileBytes">,
  viewer: Viewer,
  request: UploadEstimateRequest,
): Promise<UploadEstimate> {
  const project = await requireReference(db, viewer, referable.project, "project", request.project);
  const name = cleanFileName(request.filename);
  const problem = checkUploadName(name);
  if (problem !== null) throw fieldError("filename", problem);
  if (request.size === 0) throw fieldError("size", EMPTY_FILE_TEXT);
  const settings = readingSettingsOf(request);
  const reading = fileReadingOf("training_data", project.reading, settings, project.eventSettings);
  const { user, item, time, weight, event } = columnsOf("training_data", project, reading);
  const { size: bytes, head = "", users, items } = request;
  const found = estimateUpload(
    {
      ...factsOfBeginning({
        ...{ name, head, bytes },
        columns: [user, item, time, weight, event?.column].filter((column) => typeof column === "string"),
        separator: reading.separator ?? undefined,
      }),
      ...{ bytes, hasTimes: time !== null },
      dropsRows: leavesRowsOut({ columns: { event }, reading }),
      ...(users != null && { users }),
      ...(items != null && { items }),
    },
    isolateFileBytes,
  );
  const { rows, byBlocks, reason } = found;
  return { by_blocks: byBlocks, rows, estimate: reason === null ? workEstimateOf(found) : null, reason };
}
