/** The blocks of the dataset: rows of users, put together from all partitions, and rows of items, from all blocks of users. */
import { bytesOf } from "../../artifact/format.ts";
import { capAt } from "../../data/cap-weights.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { entryBytes } from "../../data/matrix-blocks.ts";
import { transpose } from "../../data/transpose.ts";
import { rowsOf } from "../blocks/blocked-matrix.ts";
import { type IngestWork, writtenRange } from "./ingest-work.ts";
import { type DatasetLayout, type GroupUsers, groupUsers, layoutOf } from "./order-ids.ts";
import { packRows, RowUnpacker } from "./packed-rows.ts";
import { ItemsOfPartitions } from "./partition-items.ts";
import { partitionNames, rowLengths } from "./reduce-partition.ts";
import { groupStarts, putGroup, storedGroup } from "./stored-blocks.ts";

const piecesName = (group: number) => `blocks/transposed-${group}`;

/** Blocks of users, and their entries by groups of blocks of items. */
export async function makeUserBlocks(work: IngestWork, group: number): Promise<void> {
  const layout = await layoutOf(work);
  const { matrix, times } = await rowsOfGroup(work, layout, "liked", group);
  if (layout.mostWeight !== null) capAt(layout.mostWeight, matrix.values);
  const pieces = await putPieces(work, matrix, groupStarts(layout.itemStarts, work.sizes), group);
  const at = { kind: "users", group, starts: layout.userStarts } as const;
  await putGroup(work, at, { matrix, times, pieces });
}

export async function makeDislikedBlocks(work: IngestWork, group: number): Promise<void> {
  const layout = await layoutOf(work);
  const { matrix } = await rowsOfGroup(work, layout, "disliked", group);
  const at = { kind: "disliked", group, starts: layout.dislikedStarts ?? [] } as const;
  await putGroup(work, at, { matrix, times: null, pieces: [] });
}

type Rows = "liked" | "disliked";

async function rowsOfGroup(work: IngestWork, layout: DatasetLayout, kind: Rows, group: number) {
  const { store, columns, breathe } = work;
  const of = await groupUsers(work, kind, group);
  const hasTimes = kind === "liked" && columns.time != null;
  const indptr = indptrOf(of);
  const entryCount = indptr.at(-1) as number;
  const matrix: CsrMatrix = {
    rowCount: of.rows.length,
    columnCount: layout.itemCount,
    indptr,
    indices: new Uint32Array(entryCount),
    values: new Float32Array(entryCount),
  };
  const times = hasTimes ? new Float64Array(entryCount) : null;
  const { indices, values } = matrix;
  const unpacker = new RowUnpacker(times ? [indices, values, times] : [indices, values]);
  const itemsOf = new ItemsOfPartitions(work, layout.itemsOfEnds);
  for (let partition = 0; partition < of.ends.length; partition++) {
    const [from, to] = [of.ends[partition - 1] ?? 0, of.ends[partition] as number];
    const entries = sumOf(of.lengths.subarray(from, to));
    if (entries === 0) continue;
    const width = entryBytes(hasTimes);
    const start = (of.before[partition] as number) * width;
    const packed = await writtenRange(store, partitionNames[kind](partition), {
      from: start,
      to: start + entries * width,
    });
    const items = await itemsOf.read(partition);
    for (let row = from, at = 0; row < to; row++) {
      const [entry, count] = [indptr[of.rows[row] as number] as number, of.lengths[row] as number];
      at = unpacker.take(packed, at, count, entry);
      for (let place = entry; place < entry + count; place++)
        indices[place] = items[indices[place] as number] as number;
    }
    await breathe();
  }
  return { matrix, times };
}

function indptrOf({ rows, lengths }: GroupUsers): Uint32Array {
  const indptr = new Uint32Array(rows.length + 1);
  for (let at = 0; at < rows.length; at++) indptr[(rows[at] as number) + 1] = lengths[at] as number;
  for (let row = 0; row < rows.length; row++)
    indptr[row + 1] = (indptr[row + 1] as number) + (indptr[row] as number);
  return indptr;
}

const sumOf = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);

/**
 * Writes the transpose of some rows of users: for each group of blocks of items the number of entries of each item, then the entries.
 *
 * @param itemStarts The first item of each group, and the item count.
 */
async function putPieces(
  { store, breathe }: IngestWork,
  matrix: CsrMatrix,
  itemStarts: readonly number[],
  group: number,
): Promise<number[]> {
  const byItem = transpose(matrix);
  const width = entryBytes(false);
  const all = new Uint8Array(4 * byItem.rowCount + width * byItem.indices.length);
  const pieces = [0];
  let at = 0;
  for (let piece = 0; piece + 1 < itemStarts.length; piece++) {
    const rows = rowsOf(byItem, itemStarts[piece] as number, itemStarts[piece + 1] as number);
    const counts = rowLengths(rows);
    all.set(bytesOf(counts), at);
    at += counts.byteLength;
    const entries = packRows(rows, null);
    all.set(entries, at);
    at += entries.length;
    pieces.push(at);
    await breathe();
  }
  await store.put(piecesName(group), all);
  return pieces;
}

/** Blocks of items: their users in all groups of blocks of users, in the order of these. */
export async function makeItemBlocks(work: IngestWork, group: number): Promise<void> {
  const layout = await layoutOf(work);
  const [first = 0, end = 0] = groupStarts(layout.itemStarts, work.sizes).slice(group);
  const pieces = await readPieces(work, layout, group, end - first);
  const indptr = new Uint32Array(end - first + 1);
  for (const { counts } of pieces) {
    for (let item = 0; item < counts.length; item++)
      indptr[item + 1] = (indptr[item + 1] as number) + (counts[item] as number);
  }
  for (let item = 0; item < end - first; item++)
    indptr[item + 1] = (indptr[item + 1] as number) + (indptr[item] as number);
  const entryCount = indptr.at(-1) as number;
  const [indices, values] = [new Uint32Array(entryCount), new Float32Array(entryCount)];
  const unpacker = new RowUnpacker([indices, values]);
  const next = indptr.slice(0, end - first);
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    const { firstUser, counts, entries } = piece;
    for (let item = 0, at = 0; item < counts.length; item++) {
      const [entry, count] = [next[item] as number, counts[item] as number];
      at = unpacker.take(entries, at, count, entry);
      for (let place = entry; place < entry + count; place++)
        indices[place] = (indices[place] as number) + firstUser;
      next[item] = entry + count;
    }
    await work.breathe();
  }
  const matrix = { rowCount: end - first, columnCount: layout.userCount, indptr, indices, values };
  const at = { kind: "items", group, starts: layout.itemStarts } as const;
  await putGroup(work, at, { matrix, times: null, pieces: [] });
}

interface Piece {
  readonly firstUser: number;
  /** Entries of each item. */
  readonly counts: Uint32Array;
  readonly entries: Uint8Array;
}

async function readPieces(
  work: IngestWork,
  { userStarts }: DatasetLayout,
  group: number,
  itemCount: number,
): Promise<Piece[]> {
  const starts = groupStarts(userStarts, work.sizes);
  const pieces: Piece[] = [];
  for (let from = 0; from + 1 < starts.length; from++) {
    const stored = await storedGroup(work, "users", from);
    const range = { from: stored.pieces[group] as number, to: stored.pieces[group + 1] as number };
    const bytes = aligned(await writtenRange(work.store, piecesName(from), range));
    const counts = new Uint32Array(bytes.buffer, bytes.byteOffset, itemCount);
    pieces.push({ firstUser: starts[from] as number, counts, entries: bytes.subarray(4 * itemCount) });
    await work.breathe();
  }
  return pieces;
}

const aligned = (bytes: Uint8Array) => (bytes.byteOffset % 4 === 0 ? bytes : bytes.slice());
