/** What the stages of an ingestion take: the operations that `runIngestTask` and `finishDataset` do. */
import { entryBytes } from "../../data/matrix-blocks.ts";
import { landmarkRanks } from "../../data/time-landmarks.ts";
import { loadOf, type StageLoad } from "../plan/stage-load.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";
import { usualReadings } from "./exact-values.ts";
import type { IngestStage } from "./ingest-plan.ts";
import { RUN_BYTES } from "./partition-items.ts";

/** How a file is cut, and what is in it. */
export interface IngestCut {
  readonly bytes: number;
  readonly rows: number;
  readonly hasTimes: boolean;
  readonly ranges: number;
  /** Of all ranges. */
  readonly fragments: number;
  readonly partitions: number;
  readonly userBlocks: number;
  readonly itemBlocks: number;
  readonly dislikedBlocks: number;
  /** Blocks that a task makes. */
  readonly taskBlocks: number;
  readonly users: number;
  readonly items: number;
  readonly isGzip?: boolean;
}

/** Milliseconds of one processor for a million, by `node --expose-gc test/bench/scale/estimate.ts --stages`. Ids are those of all fragments, or of all partitions. */
const MS_PER_MILLION = {
  parsedBytes: 13,
  parsedRows: 1_750,
  parsedIds: 1_450,
  mergedRows: 520,
  mergedIds: 1_550,
  orderedIds: 1_950,
  blockRows: 70,
  blockUsers: 1_100,
  itemRows: 170,
  itemUsers: 800,
  timesRead: 14,
  hashedBytes: 4,
  /** In one isolate. */
  sortedRows: 400,
};

/** Milliseconds of one processor for a number of units. */
export function msOf(unit: keyof typeof MS_PER_MILLION, count: number): number {
  return (MS_PER_MILLION[unit] * count) / 1e6;
}

/** Of a row in a fragment: two indices, a weight and a time, without its share of the ids. */
const FRAGMENT_ROW_BYTES = { timed: 20, untimed: 12 };
/** A text of an id with its offset. */
export const ID_BYTES = 12;

export type IngestStageName = IngestStage["name"] | "finish";

/** The loads by stage. Reads and writes are exact for the cut that a file gets, if no row is cut and times are not late. */
export function ingestLoads(cut: IngestCut): Readonly<Record<IngestStageName, StageLoad>> {
  const { bytes, rows, hasTimes, ranges, fragments, partitions, userBlocks, itemBlocks } = cut;
  const { dislikedBlocks, isGzip = false, users, items } = cut;
  const groups = groupsOfCut(cut);
  const ids = users + items;
  // A partition has users of its own, and most items.
  const partitionIds = users + items * partitions;
  const fragmentBytes = rows * FRAGMENT_ROW_BYTES[hasTimes ? "timed" : "untimed"];
  const packedBytes = rows * entryBytes(hasTimes);
  const timesTasks = Number(hasTimes);
  const timesReadings = timesTasks * usualReadings(rows, landmarkRanks(rows).length);
  const itemRuns = Math.max(1, Math.ceil((4 * items * partitions) / RUN_BYTES));
  // A range that is not the whole file reads its beginning, too, for the names of columns.
  const readsHead = ranges > 1 && !isGzip;
  return {
    survey: loadOf(1, {
      ...{ reads: isGzip ? 1 : ranges, writes: 1, readBytes: 65_536 * ranges, writtenBytes: 20 * ranges },
    }),
    map: loadOf(ranges, {
      ...{ reads: ranges * (readsHead ? 3 : 2), writes: ranges + fragments },
      ...{ readBytes: bytes, writtenBytes: fragmentBytes },
      computeMs:
        msOf("parsedBytes", bytes) + msOf("parsedRows", rows) + msOf("parsedIds", users + items * fragments),
    }),
    join: loadOf(1, {
      ...{ reads: 1 + ranges, writes: 1 },
      ...{ readBytes: 10 * fragments * partitions, writtenBytes: 10 * fragments * partitions },
    }),
    reduce: loadOf(partitions, {
      ...{
        reads: partitions * (1 + fragments),
        writes: 2 * partitions + Math.min(partitions, dislikedBlocks),
      },
      readBytes: fragmentBytes + 10 * fragments * partitions ** 2,
      writtenBytes: packedBytes,
      computeMs: msOf("mergedRows", rows) + msOf("mergedIds", partitionIds),
    }),
    order: loadOf(1, {
      reads: 1 + 2 * partitions,
      writes: 4 + groups.users + groups.disliked,
      ...{ readBytes: 2 * ID_BYTES * partitionIds, writtenBytes: 2 * ID_BYTES * ids + 4 * partitionIds },
      computeMs: msOf("orderedIds", partitionIds),
    }),
    blocks: loadOf(groups.users + groups.disliked, {
      reads: (groups.users + groups.disliked) * (3 + itemRuns + partitions),
      writes: userBlocks + 2 * groups.users + dislikedBlocks + groups.disliked,
      readBytes: packedBytes + 4 * groups.users * partitions * items,
      writtenBytes: packedBytes + rows * entryBytes(false),
      computeMs: msOf("blockRows", rows) + msOf("blockUsers", users) + msOf("hashedBytes", packedBytes),
    }),
    items: loadOf(groups.items + timesTasks, {
      reads:
        groups.items * (2 + 2 * groups.users) + timesTasks * (2 + groups.users + timesReadings * userBlocks),
      writes: itemBlocks + groups.items + timesTasks,
      readBytes: rows * (entryBytes(false) + 8 * timesReadings),
      writtenBytes: rows * entryBytes(false),
      computeMs: msOf("itemRows", rows) + msOf("itemUsers", users) + msOf("timesRead", timesReadings * rows),
    }),
    finish: loadOf(1, {
      ...{ reads: 4 + timesTasks + groups.users + groups.items + groups.disliked, writes: 1 },
      ...{ readBytes: ID_BYTES * ids, writtenBytes: ID_BYTES * ids },
      computeMs: msOf("hashedBytes", 2 * ID_BYTES * ids),
    }),
  };
}

/** A task makes a group of blocks. */
function groupsOfCut({ userBlocks, itemBlocks, dislikedBlocks, taskBlocks }: IngestCut) {
  const groups = (blocks: number) => Math.ceil(blocks / taskBlocks);
  return { users: groups(userBlocks), items: groups(itemBlocks), disliked: groups(dislikedBlocks) };
}

/** All stages with their loads. */
export function ingestStages(cut: IngestCut): PlannedStage[] {
  const { ranges, partitions, hasTimes } = cut;
  const groups = groupsOfCut(cut);
  const loads = ingestLoads(cut);
  const stage = (name: IngestStageName, taskCount: number) => ({ name, taskCount, load: loads[name] });
  return [
    stage("survey", 1),
    stage("map", ranges),
    stage("join", 1),
    stage("reduce", partitions),
    stage("order", 1),
    stage("blocks", groups.users + groups.disliked),
    stage("items", groups.items + (hasTimes ? 1 : 0)),
    stage("finish", 1),
  ];
}
