/** Merges the rows of the users of one partition, by the same rules and in the same order as `DatasetBuilder` does for all users. */
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { MAX_BUILD_BYTES, PEAK_ROW_BYTES } from "../../data/dataset-builder.ts";
import { decayTo } from "../../data/decay-weights.ts";
import { separateDislikes } from "../../data/dislikes.ts";
import { IdMapBuilder, partsOf } from "../../data/id-map.ts";
import { InteractionLog } from "../../data/interaction-log.ts";
import { sortIds } from "../../data/sort-ids.ts";
import { mergeRepeats, sortByUser } from "../../data/sort-interactions.ts";
import { EngineError } from "../../engine-error.ts";
import { type IngestWork, writtenArrays, writtenRange } from "./ingest-work.ts";
import { joinedRanges } from "./join-ranges.ts";
import { fragmentName } from "./map-range.ts";
import { PackedArrays, packArrays } from "./packed-arrays.ts";
import { packRows } from "./packed-rows.ts";

/** Names of what a partition leaves. */
export const partitionNames = {
  ids: (partition: number) => `reduce/${partition}/ids`,
  liked: (partition: number) => `reduce/${partition}/liked`,
  disliked: (partition: number) => `reduce/${partition}/disliked`,
  values: (partition: number) => `reduce/${partition}/values`,
};

/** Users, items and their numbers of entries in a partition; ids in order. */
export interface PartitionIds {
  readonly users: PartitionSide;
  readonly items: PartitionSide;
  /** Rows before repeats were merged. */
  readonly rowCount: number;
}

export interface PartitionSide {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  readonly liked: Uint32Array;
  readonly disliked: Uint32Array;
}

export async function partitionIds(
  { store }: Pick<IngestWork, "store">,
  partition: number,
): Promise<PartitionIds> {
  const packed = await writtenArrays(store, partitionNames.ids(partition));
  const side = (name: "user" | "item"): PartitionSide => ({
    bytes: packed.u8(`${name}-bytes`),
    offsets: packed.u32(`${name}-offsets`),
    liked: packed.u32(`${name}-liked`),
    disliked: packed.u32(`${name}-disliked`),
  });
  return { users: side("user"), items: side("item"), rowCount: packed.f64("row-count")[0] as number };
}

export async function reducePartition(work: IngestWork, partition: number): Promise<void> {
  const { store, breathe, rules } = work;
  const { log, users: userIds, items: itemIds, reference } = await rowsOf(work, partition);
  const rowCount = log.length;
  const { halfLifeMs, duplicates = "sum", capQuantile = 1 } = rules;
  if (halfLifeMs !== undefined && reference !== null) await decayTo(reference, log, halfLifeMs, breathe);
  const users = await sortIds(userIds.finish(), breathe);
  const items = await sortIds(itemIds.finish(), breathe);
  await log.renumber(users.newIndexOf, items.newIndexOf, breathe);
  const sorted = await sortByUser(log, users.map.size, items.map.size, breathe);
  const merged = await mergeRepeats(sorted, items.map.size, duplicates, breathe);
  const { userItems, times, disliked } = separateDislikes(merged);
  const names = partitionNames;
  await store.put(names.liked(partition), packRows(userItems, times));
  if (disliked) await store.put(names.disliked(partition), packRows(disliked, null));
  if (capQuantile < 1)
    await store.put(names.values(partition), packArrays({ values: userItems.values }).bytes);
  const [user, item] = [partsOf(users.map), partsOf(items.map)];
  await store.put(
    names.ids(partition),
    packArrays({
      ...{ "user-bytes": user.bytes, "user-offsets": user.offsets },
      ...{ "user-liked": rowLengths(userItems), "user-disliked": rowLengths(disliked) },
      ...{ "item-bytes": item.bytes, "item-offsets": item.offsets },
      ...{ "item-liked": columnCounts(userItems), "item-disliked": columnCounts(disliked) },
      "row-count": Float64Array.of(rowCount),
    }).bytes,
  );
}

/** The rows of a partition in the order of the file. */
async function rowsOf(work: IngestWork, partition: number) {
  const { store, columns, breathe } = work;
  const { ranges, reference } = await joinedRanges(work);
  const log = new InteractionLog(columns.time != null);
  const [users, items] = [new IdMapBuilder(), new IdMapBuilder()];
  for (const range of ranges) {
    for (const [fragment, ends] of range.fragments.entries()) {
      const [from, to] = [ends[partition - 1] ?? 0, ends[partition] as number];
      if (from === to) continue;
      const bytes = await writtenRange(store, fragmentName(range, fragment), { from, to });
      addSegment(log, new PackedArrays(bytes, fragmentName(range, fragment)), users, items);
      refuseTooLarge(log, users.byteLength + items.byteLength);
      await breathe();
    }
  }
  return { log, users, items, reference };
}

function addSegment(
  log: InteractionLog,
  segment: PackedArrays,
  users: IdMapBuilder,
  items: IdMapBuilder,
): void {
  const userOf = interned(segment, "user", users);
  const itemOf = interned(segment, "item", items);
  const [userColumn, itemColumn] = [segment.u32("users"), segment.u32("items")];
  const weights = segment.f32("weights");
  const times = segment.has("times") ? segment.f64("times") : null;
  for (let row = 0; row < weights.length; row++) {
    const [user, item] = [userOf[userColumn[row] as number], itemOf[itemColumn[row] as number]];
    log.push(user as number, item as number, weights[row] as number, times?.[row] ?? Number.NaN);
  }
}

function interned(segment: PackedArrays, side: "user" | "item", into: IdMapBuilder): Uint32Array {
  const [bytes, offsets] = [segment.u8(`${side}-bytes`), segment.u32(`${side}-offsets`)];
  return Uint32Array.from({ length: offsets.length - 1 }, (_, id) =>
    into.intern(bytes.subarray(offsets[id], offsets[id + 1])),
  );
}

function refuseTooLarge(log: InteractionLog, idBytes: number): void {
  const { withTimes, withoutTimes } = PEAK_ROW_BYTES;
  if (log.length * (log.hasTimes ? withTimes : withoutTimes) + idBytes <= MAX_BUILD_BYTES) return;
  throw new EngineError(
    "UNSUPPORTED",
    `Some users have more interactions than one worker can merge: ${log.length} of them fill its memory, and there are more.`,
  );
}

/** Entries of each row. */
export function rowLengths(matrix: CsrMatrix | undefined): Uint32Array {
  if (!matrix) return new Uint32Array();
  const { indptr, rowCount } = matrix;
  return Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
}

function columnCounts(matrix: CsrMatrix | undefined): Uint32Array {
  if (!matrix) return new Uint32Array();
  const counts = new Uint32Array(matrix.columnCount);
  for (const column of matrix.indices) counts[column] = (counts[column] as number) + 1;
  return counts;
}
