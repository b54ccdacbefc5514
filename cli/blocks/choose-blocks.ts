/** Whether data are read and fitted in one piece or by blocks, by their size. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { partsOf } from "#engine/algorithms/blend/blend-parts.ts";
import { estimateBlockedFit } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { estimateIngestion } from "#engine/scale/estimate/estimate-ingestion.ts";
import type { StagesEstimate } from "#engine/scale/estimate/stages-estimate.ts";
import { INGEST_SIZES, type IngestSizes } from "#engine/scale/ingest/ingest-work.ts";
import { BLOCKED_ALGORITHMS } from "#engine/scale/models/blocked-fits.ts";
import type { ReadSettings } from "../options/data-options.ts";
import type { MemoryLimits } from "../options/memory-options.ts";
import { UsageError } from "../options/usage-error.ts";
import { bytesInOnePiece, type FileSize, sizeOfFile } from "./file-size.ts";

export interface WantedFit {
  readonly path: string;
  readonly settings: ReadSettings;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly limits: MemoryLimits;
  /** Why what is asked needs all data in one piece, as a sentence. */
  readonly inOnePiece?: string | null;
}

/** Work by blocks: how it is cut, and a sentence with what it takes. */
export interface BlocksChosen {
  readonly sizes: IngestSizes;
  readonly told: string;
}

/** Null where the data fit in one piece. Throws `UsageError`, with the reason and what would fit, for data that are too large for both. */
export async function chooseBlocks(wanted: WantedFit): Promise<BlocksChosen | null> {
  const { path, settings, algorithm, params, limits } = wanted;
  const size = await sizeOfFile(path, settings);
  if (size === null) return null;
  const needed = bytesInOnePiece(size, algorithm, params);
  if (needed <= limits.bytes) return null;
  const reason = reasonAgainst(wanted, size);
  // A fit that is too large for its tasks is none for one piece, where the machine has the memory.
  const mayNotFit = reason ?? fitEstimate(size, algorithm, params).reason;
  if (mayNotFit !== null && needed <= limits.mostBytes) return null;
  const rows = `${path}: about ${counted(size.rows)} rows.`;
  const allowed = reason === null ? limits.bytes : limits.mostBytes;
  const room = `${algorithm} needs about ${megabytes(needed)} for them in one piece, and ${megabytes(allowed)} are allowed`;
  if (reason !== null)
    throw new UsageError(
      `${rows} ${room}. ${reason} --memory ${Math.ceil(needed / 1e6)} allows one piece, if the machine has it.`,
    );
  const sizes = sizesFor(limits);
  return {
    sizes,
    told: `${rows} ${room}: they are read and fitted by blocks, ${costText(wanted, size, sizes)}.`,
  };
}

/** Why the data cannot be read and fitted by blocks, as a sentence. */
function reasonAgainst(
  { settings, algorithm, params, inOnePiece }: WantedFit,
  size: FileSize,
): string | null {
  if (inOnePiece) return inOnePiece;
  const { isAdjacency, isSequences, isOrdered, minimum } = settings;
  if (isAdjacency || isSequences) return "By blocks, only rows with columns are read.";
  if (isOrdered) return "--ordered needs one piece; by blocks, --time-column gives the order.";
  if (minimum.perUser !== undefined || minimum.perItem !== undefined)
    return "--min-user-interactions and --min-item-interactions need one piece.";
  if (partsOf(algorithm, params).every(({ name }) => BLOCKED_ALGORITHMS.includes(name))) return null;
  return fitEstimate(size, algorithm, params).reason;
}

function fitEstimate(
  { facts, rows, users, items }: FileSize,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
) {
  const sizes = { users, items, interactions: rows, hasTimes: facts.hasTimes };
  return estimateBlockedFit(algorithm, sizes, params);
}

/** A range, a partition and the blocks of a task take up to five times their bytes; they are smaller where less memory is allowed. */
const BYTES_PER_BYTE = 5;
const FEWEST_BYTES = 256;

function sizesFor({ bytes, jobs }: MemoryLimits): IngestSizes {
  const { rangeBytes, partitionBytes, blockBytes, taskBlocks, fragmentRows } = INGEST_SIZES;
  const most = Math.max(FEWEST_BYTES, Math.floor(bytes / jobs / BYTES_PER_BYTE));
  return {
    ...{ taskBlocks, fragmentRows },
    rangeBytes: Math.min(rangeBytes, most),
    partitionBytes: Math.min(partitionBytes, most),
    blockBytes: Math.min(blockBytes, Math.floor(most / taskBlocks)),
  };
}

/** Seconds and what is written. Of a fit that may turn out not to fit, only the reading is known. */
function costText({ algorithm, params, limits }: WantedFit, size: FileSize, sizes: IngestSizes): string {
  const reading = estimateIngestion(size.facts, sizes);
  const fit = fitEstimate(size, algorithm, params);
  const known: StagesEstimate[] = fit.reason === null ? [reading, fit] : [reading];
  const seconds = known.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / limits.jobs;
  const written = known.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0);
  const threads = limits.jobs === 1 ? "one thread" : `${limits.jobs} threads`;
  return `in about ${Math.max(1, Math.round(seconds))} s on ${threads}, with up to ${megabytes(written)} of files`;
}

const counted = (count: number) => Math.round(count).toLocaleString("en-US");

function megabytes(bytes: number): string {
  const mb = bytes / 1e6;
  return `${mb >= 10 ? Math.ceil(mb).toLocaleString("en-US") : mb.toPrecision(2)} MB`;
}
