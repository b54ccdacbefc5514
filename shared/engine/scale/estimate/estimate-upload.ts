/** What reading an uploaded file takes, told before it is sent: in one isolate, by many workers, or first the one and then the other. */
import { ingestStages } from "../ingest/ingest-load.ts";
import { isPastMargin, mostRowsOfIsolate } from "../ingest/past-isolate.ts";
import { expectedCut, type FileFacts, reasonAgainst } from "./estimate-ingestion.ts";
import { estimateStages, type StagesEstimate } from "./stages-estimate.ts";
import { attemptStages, wholeIngestionStages } from "./whole-ingestion.ts";

export interface UploadFacts extends FileFacts {
  /** Rows are not told from lines: the file is read in one go until its rows no longer fit. */
  readonly hasQuotes: boolean;
  /** Rules of the project may leave rows out. */
  readonly dropsRows: boolean;
}

export interface UploadEstimate extends StagesEstimate {
  readonly rows: number;
  readonly byBlocks: boolean;
  /** Why the file cannot be read, and what would make it fit; null when it can. */
  readonly reason: string | null;
}

/** Text takes this many times as much room as its gzip, as the worker takes it. */
export const MOST_GZIP_RATIO = 8;

/** The stages that the platform runs. @param isolateFileBytes A file with more content is handed over before it is read. */
export function uploadStages(file: UploadFacts, isolateFileBytes: number) {
  const cut = expectedCut(file);
  const whole = { ...cut, storedBytes: file.bytes };
  const isHandedOver = file.bytes * (file.isGzip ? MOST_GZIP_RATIO : 1) > isolateFileBytes;
  const { rows } = cut;
  if (!isHandedOver && rows <= mostRowsOfIsolate(file.hasTimes)) {
    return { stages: wholeIngestionStages(whole), rows, byBlocks: false };
  }
  const isKnown = !file.isGzip && !file.hasQuotes && isPastMargin(rows, file);
  const attempt = isHandedOver || isKnown ? [] : attemptStages(whole);
  return { stages: [...attempt, ...ingestStages(cut)], rows, byBlocks: true };
}

/** Messages, operations, dollars and minutes of those stages. */
export function estimateUpload(file: UploadFacts, isolateFileBytes: number): UploadEstimate {
  const { stages, ...found } = uploadStages(file, isolateFileBytes);
  const estimate = estimateStages(stages);
  return { ...estimate, ...found, reason: reasonAgainst(file, estimate) };
}
