/** An ingestion in one isolate: one message, which reads the file as a stream and writes the dataset. */
import { entryBytes } from "../../data/matrix-blocks.ts";
import { ID_BYTES, type IngestCut, msOf } from "../ingest/ingest-load.ts";
import { mostRowsOfIsolate } from "../ingest/past-isolate.ts";
import { loadOf } from "../plan/stage-load.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";

/** The file, and its beginning before it is read. */
const READS = 2;

/** The stage of an ingestion that needs no other. */
export function wholeIngestionStages({
  bytes,
  storedBytes,
  rows,
  hasTimes,
  users,
  items,
}: Pick<IngestCut, "bytes" | "rows" | "hasTimes" | "users" | "items"> & {
  /** As the file lies in R2. */
  readonly storedBytes: number;
}): PlannedStage[] {
  const ids = users + items;
  const computeMs =
    msOf("parsedBytes", bytes) +
    msOf("parsedRows", rows) +
    msOf("parsedIds", ids) +
    msOf("sortedRows", rows) +
    msOf("orderedIds", ids);
  const writtenBytes = rows * entryBytes(hasTimes) + ID_BYTES * ids;
  const load = loadOf(1, { reads: READS, writes: 1, readBytes: storedBytes, writtenBytes, computeMs });
  return [{ name: "ingest", taskCount: 1, load }];
}

/** Of a file that one worker begins to read and hands over when its rows no longer fit: what it had read is read again. */
export function attemptStages(file: Parameters<typeof wholeIngestionStages>[0]): PlannedStage[] {
  const share = Math.min(1, mostRowsOfIsolate(file.hasTimes) / file.rows);
  const part = {
    hasTimes: file.hasTimes,
    bytes: share * file.bytes,
    storedBytes: share * file.storedBytes,
    rows: share * file.rows,
    users: share * file.users,
    items: file.items,
  };
  return wholeIngestionStages(part).map(({ load, ...stage }) => ({
    ...stage,
    load: { ...load, cpuMs: load.cpuMs - msOf("sortedRows", part.rows), writes: 0, writtenBytes: 0 },
  }));
}
