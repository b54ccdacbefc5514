/**
 * A blocked matrix in an object store: `<prefix>/blocks` is a small JSON list of what each block has, `<prefix>/0`, `<prefix>/1` … are
 * the blocks.
 */
import type { MatrixBlock } from "../../data/matrix-blocks.ts";
import { EngineError } from "../../engine-error.ts";
import { decodeBlock, encodeBlock } from "./block-codec.ts";
import { type BlockedMatrix, type RowBlock, requireBlock } from "./blocked-matrix.ts";
import { type ObjectStore, requireObject } from "./object-store.ts";

/** What the list of blocks holds. */
export type BlockList = Pick<BlockedMatrix, "rowCount" | "columnCount" | "interactionCount" | "blocks">;

export function blockName(prefix: string, block: number): string {
  return `${prefix}/${block}`;
}

/** Writes one block under its name. The list is written when all are there. */
export async function putBlock(
  store: ObjectStore,
  prefix: string,
  block: number,
  content: MatrixBlock,
): Promise<RowBlock> {
  const bytes = encodeBlock(content);
  await store.put(blockName(prefix, block), bytes);
  const { firstRow, matrix } = content;
  const { rowCount, indices } = matrix;
  return { firstRow, rowCount, interactionCount: indices.length, bytes: bytes.length };
}

/** Writes the list of blocks, which makes the matrix readable. */
export async function putBlockList(store: ObjectStore, prefix: string, list: BlockList): Promise<void> {
  const { rowCount, columnCount, interactionCount, blocks } = list;
  const rows = blocks.map((block) => [block.firstRow, block.rowCount, block.interactionCount, block.bytes]);
  const text = JSON.stringify({ v: 1, rowCount, columnCount, interactionCount, blocks: rows });
  await store.put(`${prefix}/blocks`, new TextEncoder().encode(text));
}

/** Copies a matrix into the store, block by block. */
export async function storeMatrix(store: ObjectStore, prefix: string, matrix: BlockedMatrix): Promise<void> {
  const blocks: RowBlock[] = [];
  for (let block = 0; block < matrix.blocks.length; block++) {
    blocks.push(await putBlock(store, prefix, block, await matrix.readTimed(block)));
  }
  await putBlockList(store, prefix, { ...matrix, blocks });
}

/** The matrix that is stored under a prefix. Throws `BAD_DATA` when there is none, `BAD_ARTIFACT` when its list is damaged. */
export async function openMatrix(store: ObjectStore, prefix: string): Promise<BlockedMatrix> {
  const list = listOf(await requireObject(store, `${prefix}/blocks`), prefix);
  const readTimed = async (block: number): Promise<MatrixBlock> => {
    const { firstRow, rowCount, interactionCount } = requireBlock(list.blocks, block);
    const name = blockName(prefix, block);
    const content = decodeBlock(await requireObject(store, name), name);
    const { matrix } = content;
    const isListed =
      content.firstRow === firstRow &&
      matrix.rowCount === rowCount &&
      matrix.columnCount === list.columnCount &&
      matrix.indices.length === interactionCount;
    if (!isListed)
      throw new EngineError("BAD_ARTIFACT", `The block "${name}" is not the one that is listed.`);
    return content;
  };
  return { ...list, readTimed, read: async (block) => (await readTimed(block)).matrix };
}

function listOf(bytes: Uint8Array, prefix: string): BlockList {
  const { v, rowCount, columnCount, interactionCount, blocks } = JSON.parse(new TextDecoder().decode(bytes));
  if (v !== 1 || !Array.isArray(blocks)) throw damaged(prefix, `has version ${v}, expected 1`);
  const list = {
    ...{ rowCount, columnCount, interactionCount },
    blocks: blocks.map(([firstRow, rowCount, interactionCount, bytes]) => ({
      ...{ firstRow, rowCount, interactionCount, bytes },
    })),
  };
  let [row, interactions] = [0, 0];
  for (const block of list.blocks) {
    if (block.firstRow !== row)
      throw damaged(prefix, `has a block that begins at row ${block.firstRow}, not ${row}`);
    row += block.rowCount;
    interactions += block.interactionCount;
  }
  if (row !== rowCount || interactions !== interactionCount) {
    const what = `sums to ${row} rows and ${interactions} interactions`;
    throw damaged(prefix, `${what}, expected ${rowCount} and ${interactionCount}`);
  }
  return list;
}

function damaged(prefix: string, what: string): EngineError {
  return new EngineError("BAD_ARTIFACT", `The list of blocks of "${prefix}" ${what}.`);
}
