/** An ingestion past one isolate, estimated from the size of the file. */
import { blockBytes } from "../../data/block-layout.ts";
import { type IngestCut, ingestStages } from "../ingest/ingest-load.ts";
import { INGEST_SIZES, type IngestSizes } from "../ingest/ingest-work.ts";
import { partitionsOf } from "../ingest/survey-file.ts";
import { estimateStages, type StagesEstimate } from "./stages-estimate.ts";

/** What is known of a file before it is read. */
export interface FileFacts {
  readonly bytes: number;
  /** Mean length of a row, from samples of the file; that of ratings where it is absent. */
  readonly rowBytes?: number;
  readonly hasTimes: boolean;
  /** JSON documents and lines that end in a carriage return alone are parsed by one worker. */
  readonly isOneRange?: boolean;
  /** A compressed file, too; `rowBytes` is then that of the text. */
  readonly isGzip?: boolean;
  readonly users?: number;
  readonly items?: number;
}

export interface IngestionEstimate extends StagesEstimate {
  readonly rows: number;
  /** Of users and of items. */
  readonly blocks: number;
  /** Why the ingestion cannot run, and what would make it fit; null when it can. */
  readonly reason: string | null;
}

const USUAL_ROW_BYTES = 24;
/** Of ratings as text. */
const USUAL_GZIP_RATIO = 4;
const USUAL_USERS_PER_ROW = 0.007;
/** Catalogues grow with the root of the rows: MovieLens 20M has 27,000. */
const USUAL_ITEMS_PER_ROOT = 6;
/** Processor time that the platform gives a message. */
const MOST_MESSAGE_SECONDS = 300;

/** The cut that `surveyFile` and `orderIds` make, if all rows are distinct pairs of a user and an item. */
export function expectedCut(file: FileFacts, sizes: IngestSizes = INGEST_SIZES): IngestCut {
  const { rowBytes = USUAL_ROW_BYTES, hasTimes, isGzip = false, isOneRange = isGzip } = file;
  const bytes = isGzip ? USUAL_GZIP_RATIO * file.bytes : file.bytes;
  const rows = Math.max(1, Math.round(bytes / rowBytes));
  const ranges = isOneRange ? 1 : Math.max(1, Math.ceil(bytes / sizes.rangeBytes));
  const perFull = Math.ceil(rows / (bytes / sizes.rangeBytes) / sizes.fragmentRows);
  const lastRows = rows * (1 - ((ranges - 1) * sizes.rangeBytes) / bytes);
  const fragments = isOneRange
    ? Math.ceil(rows / sizes.fragmentRows)
    : (ranges - 1) * perFull + Math.max(1, Math.ceil(lastRows / sizes.fragmentRows));
  const { users = USUAL_USERS_PER_ROW * rows, items = USUAL_ITEMS_PER_ROOT * Math.sqrt(rows) } = file;
  const blocksOf = (count: number, timed: boolean) =>
    Math.max(1, Math.ceil(blockBytes(Math.round(count), rows, timed) / sizes.blockBytes));
  return {
    ...{ bytes, rows, hasTimes, ranges, fragments, isGzip },
    partitions: partitionsOf(file.bytes, isGzip, sizes),
    userBlocks: blocksOf(users, hasTimes),
    itemBlocks: blocksOf(items, false),
    dislikedBlocks: 0,
    taskBlocks: sizes.taskBlocks,
    ...{ users, items },
  };
}

export function estimateIngestion(file: FileFacts, sizes: IngestSizes = INGEST_SIZES): IngestionEstimate {
  const cut = expectedCut(file, sizes);
  const estimate = estimateStages(ingestStages(cut));
  return {
    ...estimate,
    ...{ rows: cut.rows, blocks: cut.userBlocks + cut.itemBlocks },
    reason: reasonAgainst(file, estimate),
  };
}

/** Why one worker cannot parse a file in its time, and what would make it fit; null where it can. */
export function reasonAgainst(
  { isOneRange, isGzip }: FileFacts,
  { longestSeconds }: StagesEstimate,
): string | null {
  if (longestSeconds <= MOST_MESSAGE_SECONDS) return null;
  const what = `One worker would need about ${Math.ceil(longestSeconds)} s, and has ${MOST_MESSAGE_SECONDS}`;
  const advice =
    isOneRange || isGzip
      ? "send the file as plain CSV or as lines of JSON, which many workers read"
      : "send the data in several files";
  return `${what}: ${advice}.`;
}
