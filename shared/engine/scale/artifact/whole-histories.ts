/**
 * The artifact of a model that was fitted by blocks, with histories as the command writes them: whole, the same to the last byte as
 * `modelSections` without options. One block of histories is held at a time.
 */
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { idMapSections } from "../../data/id-map-sections.ts";
import { blockStarts, MAX_BLOCK_BYTES } from "../../data/matrix-blocks.ts";
import { DISLIKED, HISTORY, USERS } from "../../serve/model-artifact.ts";
import { type BlockedMatrix, rowsOf } from "../blocks/blocked-matrix.ts";
import { type ArtifactContext, itemSections, putDescribed, putTable } from "./artifact-plan.ts";

const HEAD = "head";
const TAIL = "tail";

/** Writes the pieces of the artifact, which `blockedArtifact` then puts together. Holds the ids, and a number for each user. */
export async function putWholeHistories(
  context: ArtifactContext,
  mostBytes: number = MAX_BLOCK_BYTES,
): Promise<void> {
  const { userItems, disliked } = context.data;
  const users = idMapSections(await context.users(), USERS);
  await putDescribed(context, HEAD, [...(await itemSections(context)), ...users]);
  const objects = [HEAD, ...(await putMatrix(context, userItems, HISTORY, mostBytes))];
  if (disliked) objects.push(...(await putMatrix(context, disliked, DISLIKED, mostBytes)));
  await putDescribed(context, TAIL, await context.modelSections());
  await putTable([...objects, TAIL], context);
}

/** The sections of `matrixSections`, an object for each block. Returns the names of the objects. */
async function putMatrix(
  context: ArtifactContext,
  matrix: BlockedMatrix,
  prefix: string,
  mostBytes: number,
): Promise<string[]> {
  const starts = blockStarts(await offsetsOf(matrix, context), false, mostBytes);
  const objects = [`${prefix}/rows`];
  await putDescribed(context, `${prefix}/rows`, [{ name: `${prefix}.rows`, data: Uint32Array.from(starts) }]);
  for (const [block, from] of starts.slice(0, -1).entries()) {
    const rows = await rowsBetween(matrix, from, starts[block + 1] as number);
    const name = `${prefix}/${block}`;
    await putDescribed(context, name, blockSections(rows, name));
    objects.push(name);
    await context.breathe();
  }
  return objects;
}

function blockSections({ indptr, indices, values }: CsrMatrix, name: string): Section[] {
  return [
    { name: `${name}.indptr`, data: indptr },
    { name: `${name}.indices`, data: indices },
    { name: `${name}.values`, data: values },
  ];
}

async function offsetsOf(
  matrix: BlockedMatrix,
  { breathe }: Pick<ArtifactContext, "breathe">,
): Promise<Uint32Array> {
  const offsets = new Uint32Array(matrix.rowCount + 1);
  for (const [block, { firstRow, rowCount }] of matrix.blocks.entries()) {
    const { indptr } = await matrix.read(block);
    const before = offsets[firstRow] as number;
    for (let row = 1; row <= rowCount; row++) offsets[firstRow + row] = before + (indptr[row] as number);
    await breathe();
  }
  return offsets;
}

/** Rows from … to, of as many blocks as have some of them. */
async function rowsBetween(matrix: BlockedMatrix, from: number, to: number): Promise<CsrMatrix> {
  const parts: CsrMatrix[] = [];
  for (const [block, { firstRow, rowCount }] of matrix.blocks.entries()) {
    const [first, end] = [Math.max(from, firstRow), Math.min(to, firstRow + rowCount)];
    if (first < end) parts.push(rowsOf(await matrix.read(block), first - firstRow, end - firstRow));
  }
  const entryCount = parts.reduce((sum, { indices }) => sum + indices.length, 0);
  const indptr = new Uint32Array(to - from + 1);
  const indices = new Uint32Array(entryCount);
  const values = new Float32Array(entryCount);
  let [row, entry] = [0, 0];
  for (const part of parts) {
    for (let at = 1; at <= part.rowCount; at++) indptr[row + at] = entry + (part.indptr[at] as number);
    indices.set(part.indices, entry);
    values.set(part.values, entry);
    row += part.rowCount;
    entry += part.indices.length;
  }
  return { rowCount: to - from, columnCount: matrix.columnCount, indptr, indices, values };
}
