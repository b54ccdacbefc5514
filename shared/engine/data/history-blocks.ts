/**
 * Histories of users that are too large for every isolate to hold: blocks by the hash of the user's id, each a section that is read
 * alone. No list of users is needed to find one.
 */
import { BY_RANGE } from "../artifact/by-range.ts";
import { sectionOf } from "../artifact/decode-artifact.ts";
import { badArtifact } from "../artifact/format.ts";
import type { Section } from "../artifact/section.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import { csrRow } from "./csr-row.ts";
import type { Dataset } from "./dataset.ts";
import { dislikesOf } from "./dislikes.ts";
import {
  HistoryWriter,
  readRecord,
  recordStarts,
  type StoredHistory,
  startOfUser,
} from "./history-record.ts";
import { hashOfId, type IdMap, partsOf } from "./id-map.ts";

/** Histories that take at most this much, with the ids of the users, stay whole. */
export const WHOLE_HISTORY_BYTES = 16 * 1024 * 1024;

const SHAPE = "histories.shape";
const VERSION = 1;
const BLOCKS = `${BY_RANGE}histories/`;
/** What one request reads: larger ones take longer to check, smaller ones make a longer list of blocks. */
const BLOCK_BYTES = 128 * 1024;
/** A header names each block in about 170 bytes. */
const MOST_BLOCKS = 2048;
/** About what a record takes: an item, and the rest without the id. */
const ITEM_BYTES = 3;
const RECORD_BYTES = 16;

export interface Histories extends Pick<Dataset, "users" | "userItems" | "disliked"> {
  /** Days from each entry to the reference of the model, where it reads the order. */
  readonly ages?: Float32Array | undefined;
}

export interface HistoryShape {
  readonly blockCount: number;
  readonly userCount: number;
}

/** What histories take as matrices, with the ids of their users. */
export function historyBytes({ users, userItems, disliked }: Histories): number {
  const { bytes, offsets, table } = partsOf(users);
  const matrices = [userItems, disliked].reduce((sum, matrix) => sum + (matrix ? bytesOf(matrix) : 0), 0);
  return matrices + bytes.byteLength + offsets.byteLength + table.byteLength;
}

const bytesOf = ({ indptr, indices, values }: CsrMatrix) =>
  indptr.byteLength + indices.byteLength + values.byteLength;

/** The shape and all blocks. */
export function historySections(histories: Histories, blockBytes?: number): Section[] {
  return finishSteps(historySectionsInSteps(histories, blockBytes));
}

/** `historySections` with a yield after each block. @param blockBytes About the size of a block. */
export function* historySectionsInSteps(
  histories: Histories,
  blockBytes: number = BLOCK_BYTES,
): Steps<Section[]> {
  const { users, userItems, disliked } = histories;
  const entryCount = userItems.indices.length + (disliked?.indices.length ?? 0);
  const shape = historyShapeFor(users, entryCount, blockBytes);
  const sections: Section[] = [historyShapeSection(shape)];
  const { starts, order } = usersByBlock(users, shape);
  for (let block = 0; block < shape.blockCount; block++) {
    const writer = new HistoryWriter();
    for (const userIndex of order.subarray(starts[block], starts[block + 1])) {
      writer.add(historyOfRow(histories, userIndex));
    }
    sections.push({ name: historyBlockName(block), data: writer.finish() });
    yield;
  }
  return sections;
}

/** How many blocks hold the histories of these users. @param entryCount Of interactions and dislikes. */
export function historyShapeFor(users: IdMap, entryCount: number, blockBytes?: number): HistoryShape {
  const idBytes = partsOf(users).bytes.length;
  return historyShapeOfSizes({ userCount: users.size, idBytes, entryCount }, blockBytes);
}

/** The same where the ids are not in memory. @param sizes `idBytes`: of the texts of all ids. */
export function historyShapeOfSizes(
  sizes: { readonly userCount: number; readonly idBytes: number; readonly entryCount: number },
  blockBytes: number = BLOCK_BYTES,
): HistoryShape {
  const { userCount, idBytes, entryCount } = sizes;
  const estimate = ITEM_BYTES * entryCount + RECORD_BYTES * userCount + idBytes;
  return { blockCount: Math.max(1, Math.min(MOST_BLOCKS, Math.ceil(estimate / blockBytes))), userCount };
}

/** What `historyShapeOf` reads. */
export function historyShapeSection({ blockCount, userCount }: HistoryShape): Section {
  return { name: SHAPE, data: Uint32Array.of(VERSION, blockCount, userCount) };
}

function historyOfRow({ users, userItems, disliked, ages }: Histories, userIndex: number): StoredHistory {
  const own = ages?.subarray(userItems.indptr[userIndex], userItems.indptr[userIndex + 1]);
  return {
    ...{ userId: users.idAt(userIndex), userIndex },
    ...csrRow(userItems, userIndex),
    disliked: dislikesOf(disliked, userIndex),
    ...(own && { ages: own }),
  };
}

function usersByBlock(users: IdMap, shape: HistoryShape): { starts: Uint32Array; order: Uint32Array } {
  const blocks = Uint32Array.from({ length: users.size }, (_, user) =>
    historyBlockOf(shape, users.idAt(user)),
  );
  const starts = new Uint32Array(shape.blockCount + 1);
  for (const block of blocks) starts[block + 1] = (starts[block + 1] as number) + 1;
  for (let block = 0; block < shape.blockCount; block++) {
    starts[block + 1] = (starts[block + 1] as number) + (starts[block] as number);
  }
  const next = starts.slice();
  const order = new Uint32Array(users.size);
  for (let user = 0; user < users.size; user++) {
    const block = blocks[user] as number;
    order[next[block] as number] = user;
    next[block] = (next[block] as number) + 1;
  }
  return { starts, order };
}

/** Null for artifacts whose histories are whole. Throws `BAD_ARTIFACT`. */
export function historyShapeOf(sections: readonly Section[]): HistoryShape | null {
  if (!sections.some(({ name }) => name === SHAPE)) return null;
  const [version, blockCount = 0, userCount = 0] = sectionOf({ sections }, SHAPE, Uint32Array);
  if (version !== VERSION) throw badArtifact(`Histories have version ${version}, expected ${VERSION}.`);
  if (blockCount === 0) throw badArtifact("Histories have no blocks.");
  return { blockCount, userCount };
}

/** The block that has a user, if one has. */
export function historyBlockOf({ blockCount }: HistoryShape, userId: string): number {
  return hashOfId(userId) % blockCount;
}

export function historyBlockName(block: number): string {
  return `${BLOCKS}${block}`;
}

/** What a block says of a user; null if it does not know the user. Throws `BAD_ARTIFACT`. */
export function historyIn(block: Uint8Array, userId: string, itemCount: number): StoredHistory | null {
  const start = startOfUser(block, userId);
  return start < 0 ? null : readRecord(block, start, itemCount);
}

/** All histories of a block. Throws `BAD_ARTIFACT`. */
export function historiesIn(block: Uint8Array, itemCount: number): StoredHistory[] {
  return recordStarts(block)
    .slice(0, -1)
    .map((start) => readRecord(block, start, itemCount));
}

/** A block without a user's record. Throws `BAD_ARTIFACT`. */
export function blockWithout(block: Uint8Array, userId: string): Uint8Array {
  const start = startOfUser(block, userId);
  if (start < 0) return block;
  const end = recordStarts(block).find((next) => next > start) ?? block.length;
  const rest = new Uint8Array(block.length - (end - start));
  rest.set(block.subarray(0, start));
  rest.set(block.subarray(end), start);
  return rest;
}
