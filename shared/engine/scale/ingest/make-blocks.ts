/** The blocks of the dataset: rows of users, put together from all partitions, and rows of items, from all blocks of users. */
import { describeSection } from "../../artifact/encode-artifact.ts";
import type { SectionEntry } from "../../artifact/format.ts";
import { capAt } from "../../data/cap-weights.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { entryBytes } from "../../data/matrix-blocks.ts";
import { transpose } from "../../data/transpose.ts";
import { type IngestWork, putJson, writtenArrays, writtenJson, writtenRange } from "./ingest-work.ts";
import { type BlockRows, blockRows, type DatasetLayout, layoutOf, orderNames } from "./order-ids.ts";
import { type NamedArrays, packArrays } from "./packed-arrays.ts";
import { packRows, RowUnpacker } from "./packed-rows.ts";
import { partitionNames } from "./reduce-partition.ts";

/** The matrices of a dataset. */
export type BlockKind = "users" | "items" | "disliked";

/** A block as it lies in the store. */
export interface StoredBlock {
  /** Sections of the dataset's artifact, without their prefix; `offset` is the place in the object. */
  readonly sections: readonly SectionEntry[];
  /** Of a block of users: where the entries of each block of items lie in its transpose. */
  readonly pieces: readonly number[];
}

export const blockName = (kind: BlockKind, block: number) => `blocks/${kind}-${block}`;
const factsName = (kind: BlockKind, block: number) => `${blockName(kind, block)}/facts`;
const piecesName = (block: number) => `blocks/transposed-${block}`;

export function storedBlock(
  { store }: Pick<IngestWork, "store">,
  kind: BlockKind,
  block: number,
): Promise<StoredBlock> {
  return writtenJson(store, factsName(kind, block));
}

/** A block of users, and its entries by blocks of items. */
export async function makeUserBlock(work: IngestWork, block: number): Promise<void> {
  const layout = await layoutOf(work);
  const { matrix, times } = await rowsOfBlock(work, layout, "liked", block);
  if (layout.mostWeight !== null) capAt(layout.mostWeight, matrix.values);
  const pieces = await putPieces(work, matrix, layout.itemStarts, block);
  await putBlock(work, "users", block, { ...arraysOf(matrix), ...(times && { times }) }, pieces);
}

export async function makeDislikedBlock(work: IngestWork, block: number): Promise<void> {
  const { matrix } = await rowsOfBlock(work, await layoutOf(work), "disliked", block);
  await putBlock(work, "disliked", block, arraysOf(matrix), []);
}

const arraysOf = ({ indptr, indices, values }: CsrMatrix) => ({ indptr, indices, values });

async function putBlock(
  { store, digest }: IngestWork,
  kind: BlockKind,
  block: number,
  arrays: NamedArrays,
  pieces: readonly number[],
): Promise<void> {
  const { bytes, places } = packArrays(arrays);
  await store.put(blockName(kind, block), bytes);
  const sections: SectionEntry[] = [];
  for (const [at, [name, data]] of Object.entries(arrays).entries()) {
    const offset = places[at] as number;
    sections.push({ ...(await describeSection({ name, data }, digest)), offset });
  }
  await putJson(store, factsName(kind, block), { sections, pieces } satisfies StoredBlock);
}

type Rows = "liked" | "disliked";

async function rowsOfBlock(work: IngestWork, layout: DatasetLayout, kind: Rows, block: number) {
  const { store, columns, breathe } = work;
  const of = await blockRows(work, kind, block);
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
    const { items } = {
      items: (await writtenArrays(store, orderNames.itemsOf(partition))).u32("items"),
    };
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

function indptrOf({ rows, lengths }: BlockRows): Uint32Array {
  const indptr = new Uint32Array(rows.length + 1);
  for (let at = 0; at < rows.length; at++) indptr[(rows[at] as number) + 1] = lengths[at] as number;
  for (let row = 0; row < rows.length; row++)
    indptr[row + 1] = (indptr[row + 1] as number) + (indptr[row] as number);
  return indptr;
}

const sumOf = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);

/** Writes the transpose of a block of users: for each block of items the number of entries of each item, then the entries. */
async function putPieces(
  { store }: IngestWork,
  matrix: CsrMatrix,
  itemStarts: readonly number[],
  block: number,
): Promise<number[]> {
  const byItem = transpose(matrix);
  const packed = packRows(byItem, null);
  const width = entryBytes(false);
  const all = new Uint8Array(4 * byItem.rowCount + packed.length);
  const pieces = [0];
  let at = 0;
  for (let piece = 0; piece + 1 < itemStarts.length; piece++) {
    const [first, end] = [itemStarts[piece] as number, itemStarts[piece + 1] as number];
    const counts = Uint32Array.from(
      { length: end - first },
      (_, item) => (byItem.indptr[first + item + 1] as number) - (byItem.indptr[first + item] as number),
    );
    all.set(new Uint8Array(counts.buffer), at);
    at += counts.byteLength;
    const entries = packed.subarray(
      width * (byItem.indptr[first] as number),
      width * (byItem.indptr[end] as number),
    );
    all.set(entries, at);
    at += entries.length;
    pieces.push(at);
  }
  await store.put(piecesName(block), all);
  return pieces;
}

/** A block of items: their users in all blocks of users, in the order of these. */
export async function makeItemBlock(work: IngestWork, block: number): Promise<void> {
  const layout = await layoutOf(work);
  const rowCount = (layout.itemStarts[block + 1] as number) - (layout.itemStarts[block] as number);
  const pieces: { readonly firstUser: number; readonly counts: Uint32Array; readonly entries: Uint8Array }[] =
    [];
  const indptr = new Uint32Array(rowCount + 1);
  for (let from = 0; from + 1 < layout.userStarts.length; from++) {
    const stored = await storedBlock(work, "users", from);
    const range = { from: stored.pieces[block] as number, to: stored.pieces[block + 1] as number };
    const bytes = (await writtenRange(work.store, piecesName(from), range)).slice();
    const counts = new Uint32Array(bytes.buffer, 0, rowCount);
    for (let item = 0; item < rowCount; item++) {
      indptr[item + 1] = (indptr[item + 1] as number) + (counts[item] as number);
    }
    pieces.push({
      firstUser: layout.userStarts[from] as number,
      counts,
      entries: bytes.subarray(4 * rowCount),
    });
    await work.breathe();
  }
  for (let item = 0; item < rowCount; item++)
    indptr[item + 1] = (indptr[item + 1] as number) + (indptr[item] as number);
  const entryCount = indptr[rowCount] as number;
  const [indices, values] = [new Uint32Array(entryCount), new Float32Array(entryCount)];
  const unpacker = new RowUnpacker([indices, values]);
  const next = indptr.slice(0, rowCount);
  for (const { firstUser, counts, entries } of pieces) {
    for (let item = 0, at = 0; item < rowCount; item++) {
      const [entry, count] = [next[item] as number, counts[item] as number];
      at = unpacker.take(entries, at, count, entry);
      for (let place = entry; place < entry + count; place++)
        indices[place] = (indices[place] as number) + firstUser;
      next[item] = entry + count;
    }
    await work.breathe();
  }
  await putBlock(work, "items", block, { indptr, indices, values }, []);
}
