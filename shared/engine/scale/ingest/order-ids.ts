/** Gives all users and items the indices that they have in the dataset, and cuts the dataset into blocks. */
import { rankOfCap } from "../../data/cap-weights.ts";
import { IdMapBuilder, partsOf } from "../../data/id-map.ts";
import { blockStarts } from "../../data/matrix-blocks.ts";
import { sortIds } from "../../data/sort-ids.ts";
import { valuesAt } from "./exact-values.ts";
import { type IngestSizes, type IngestWork, putJson, writtenArrays, writtenJson } from "./ingest-work.ts";
import { packArrays } from "./packed-arrays.ts";
import { putItemsOf } from "./partition-items.ts";
import { partitionIds, partitionNames } from "./reduce-partition.ts";
import { groupStarts } from "./stored-blocks.ts";
import { surveyOf } from "./survey-file.ts";

/** The shape of the dataset. */
export interface DatasetLayout {
  readonly userCount: number;
  readonly itemCount: number;
  /** Distinct pairs, dislikes not among them. */
  readonly entryCount: number;
  readonly dislikeCount: number;
  readonly rowCount: number;
  /** The first row of each block, and the row count. */
  readonly userStarts: readonly number[];
  readonly itemStarts: readonly number[];
  /** Null without dislikes. */
  readonly dislikedStarts: readonly number[] | null;
  /** The most that a pair weighs; null without a cap. */
  readonly mostWeight: number | null;
  /** See `putItemsOf`. */
  readonly itemsOfEnds: readonly number[];
}

export const orderNames = {
  layout: "order/layout",
  users: "order/users",
  items: "order/items",
  /** Which users of each partition a group of blocks has: see `groupUsers`. */
  usersOf: (matrix: "liked" | "disliked", group: number) => `order/${matrix}-${group}`,
};

export function layoutOf({ store }: Pick<IngestWork, "store">): Promise<DatasetLayout> {
  return writtenJson(store, orderNames.layout);
}

/** How many groups of blocks a dataset has, by matrix. A task makes a group. */
export function groupsOf({ userStarts, itemStarts, dislikedStarts }: DatasetLayout, sizes: IngestSizes) {
  const groups = (starts: readonly number[]) => groupStarts(starts, sizes).length - 1;
  return {
    users: groups(userStarts),
    items: groups(itemStarts),
    disliked: dislikedStarts ? groups(dislikedStarts) : 0,
  };
}

export async function orderIds(work: IngestWork): Promise<DatasetLayout> {
  const { store, columns, sizes } = work;
  const { partitionCount } = await surveyOf(work);
  const all = await readIds(work, partitionCount);
  const { liked, disliked } = all.perUser;
  const [userOffsets, dislikedOffsets] = [offsetsOf(liked), offsetsOf(disliked)];
  const dislikeCount = dislikedOffsets.at(-1) as number;
  const starts = (offsets: Float64Array, hasTimes: boolean) =>
    blockStarts(offsets, hasTimes, sizes.blockBytes);
  const layout: DatasetLayout = {
    userCount: liked.length,
    itemCount: all.perItem.length,
    entryCount: userOffsets.at(-1) as number,
    dislikeCount,
    rowCount: all.rowCount,
    userStarts: starts(userOffsets, columns.time != null),
    itemStarts: starts(offsetsOf(all.perItem), false),
    dislikedStarts: dislikeCount > 0 ? starts(dislikedOffsets, false) : null,
    mostWeight: await mostWeightOf(work, partitionCount),
    itemsOfEnds: await putItemsOf(work, all.itemsOf),
  };
  await store.put(orderNames.users, packArrays({ ...all.users, liked }).bytes);
  await store.put(orderNames.items, packArrays({ ...all.items, liked: all.perItem }).bytes);
  await putGroupUsers(work, "liked", {
    starts: groupStarts(layout.userStarts, sizes),
    lengths: liked,
    usersOf: all.usersOf,
  });
  await putGroupUsers(work, "disliked", {
    starts: groupStarts(layout.dislikedStarts ?? [0], sizes),
    lengths: disliked,
    usersOf: all.usersOf,
  });
  await putJson(store, orderNames.layout, layout);
  return layout;
}

/**
 * The ids of all partitions, in the order of a dataset: by index, the entries of each user and the liked ones of each item; by partition, the
 * index of each of its users (ascending) and items.
 */
async function readIds(work: IngestWork, partitionCount: number) {
  const { breathe } = work;
  const [userIds, itemIds] = [new IdMapBuilder(), new IdMapBuilder()];
  const found: { users: Uint32Array; items: Uint32Array }[] = [];
  let rowCount = 0;
  for (let partition = 0; partition < partitionCount; partition++) {
    const { users, items, rowCount: rows } = await partitionIds(work, partition);
    found.push({ users: interned(users, userIds), items: interned(items, itemIds) });
    rowCount += rows;
    await breathe();
  }
  const [users, items] = [await sortIds(userIds.finish(), breathe), await sortIds(itemIds.finish(), breathe)];
  const renumbered = (ids: Uint32Array, newIndexOf: Uint32Array | null) =>
    newIndexOf ? ids.map((id) => newIndexOf[id] as number) : ids;
  const usersOf = found.map((ids) => renumbered(ids.users, users.newIndexOf));
  const itemsOf = found.map((ids) => renumbered(ids.items, items.newIndexOf));
  const perUser = { liked: new Uint32Array(users.map.size), disliked: new Uint32Array(users.map.size) };
  const perItem = new Uint32Array(items.map.size);
  for (let partition = 0; partition < partitionCount; partition++) {
    const ids = await partitionIds(work, partition);
    addAt(usersOf[partition] as Uint32Array, ids.users.liked, perUser.liked);
    addAt(usersOf[partition] as Uint32Array, ids.users.disliked, perUser.disliked);
    addAt(itemsOf[partition] as Uint32Array, ids.items.liked, perItem);
    await breathe();
  }
  return {
    users: partsOf(users.map),
    items: partsOf(items.map),
    rowCount,
    perUser,
    perItem,
    usersOf,
    itemsOf,
  };
}

function interned(
  ids: { readonly bytes: Uint8Array; readonly offsets: Uint32Array },
  into: IdMapBuilder,
): Uint32Array {
  const { bytes, offsets } = ids;
  return Uint32Array.from({ length: offsets.length - 1 }, (_, id) =>
    into.intern(bytes.subarray(offsets[id], offsets[id + 1])),
  );
}

function addAt(places: Uint32Array, counts: Uint32Array, sums: Uint32Array): void {
  for (let at = 0; at < counts.length; at++) {
    const place = places[at] as number;
    sums[place] = (sums[place] as number) + (counts[at] as number);
  }
}

function offsetsOf(lengths: Uint32Array): Float64Array {
  const offsets = new Float64Array(lengths.length + 1);
  for (let at = 0; at < lengths.length; at++)
    offsets[at + 1] = (offsets[at] as number) + (lengths[at] as number);
  return offsets;
}

interface MatrixRows {
  /** The first user of each group, and the user count. */
  readonly starts: readonly number[];
  readonly lengths: Uint32Array;
  readonly usersOf: readonly Uint32Array[];
}

/** What a group of blocks reads of each partition: some rows, after the entries before them in the partition. */
export interface GroupUsers {
  /** Of each row in the group: its user, counted from the group's first. One partition after another. */
  readonly rows: Uint32Array;
  readonly lengths: Uint32Array;
  /** Partition p has the rows `ends[p − 1] … ends[p])` of these. */
  readonly ends: Uint32Array;
  /** Entries of each partition before the group. */
  readonly before: Float64Array;
}

/** Writes for each group of blocks which rows it takes from each partition. */
async function putGroupUsers(
  { store, breathe }: IngestWork,
  matrix: "liked" | "disliked",
  of: MatrixRows,
): Promise<void> {
  const { starts, lengths, usersOf } = of;
  const next = new Uint32Array(usersOf.length);
  const before = new Float64Array(usersOf.length);
  for (let group = 0; group + 1 < starts.length; group++) {
    const [first, end] = [starts[group] as number, starts[group + 1] as number];
    const rows = new Uint32Array(end - first);
    const ends = new Uint32Array(usersOf.length);
    const entriesBefore = before.slice();
    let filled = 0;
    for (const [partition, users] of usersOf.entries()) {
      let at = next[partition] as number;
      for (; at < users.length && (users[at] as number) < end; at++) {
        const user = users[at] as number;
        rows[filled++] = user - first;
        before[partition] = (before[partition] as number) + (lengths[user] as number);
      }
      next[partition] = at;
      ends[partition] = filled;
    }
    const own = rows.map((row) => lengths[first + row] as number);
    const packed = packArrays({ rows, lengths: own, ends, before: entriesBefore });
    await store.put(orderNames.usersOf(matrix, group), packed.bytes);
    await breathe();
  }
}

export async function groupUsers(
  { store }: Pick<IngestWork, "store">,
  matrix: "liked" | "disliked",
  group: number,
): Promise<GroupUsers> {
  const packed = await writtenArrays(store, orderNames.usersOf(matrix, group));
  const [rows, lengths, ends] = ["rows", "lengths", "ends"].map((name) => packed.u32(name));
  return { rows, lengths, ends, before: packed.f64("before") } as GroupUsers;
}

/** The cap of weights: that of the rules, and the quantile of all weights above 0. */
async function mostWeightOf(work: IngestWork, partitionCount: number): Promise<number | null> {
  const { maxWeight = Number.POSITIVE_INFINITY, capQuantile = 1 } = work.rules;
  const quantile = capQuantile < 1 ? await weightAt(work, partitionCount, capQuantile) : maxWeight;
  const most = Math.min(maxWeight, quantile);
  return most === Number.POSITIVE_INFINITY ? null : most;
}

async function weightAt(work: IngestWork, partitionCount: number, share: number): Promise<number> {
  const pieces = async function* () {
    for (let partition = 0; partition < partitionCount; partition++) {
      const packed = await writtenArrays(work.store, partitionNames.values(partition));
      yield Float64Array.from(packed.f32("values"));
      await work.breathe();
    }
  };
  let count = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for await (const values of pieces()) {
    count += values.length;
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (count === 0) return Number.POSITIVE_INFINITY;
  const [weight = Number.POSITIVE_INFINITY] = await valuesAt(pieces, [rankOfCap(share, count)], {
    least,
    most,
  });
  return weight;
}
