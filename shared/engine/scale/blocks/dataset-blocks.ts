/** The blocks of a dataset's artifact, read by range. */
import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import {
  DATASET_NAMES,
  datasetShape,
  itemBlock,
  itemBlockPrefix,
  userBlock,
  userBlockPrefix,
} from "../../data/dataset-artifact.ts";
import { type MatrixBlock, matrixBlock } from "../../data/matrix-blocks.ts";
import { EngineError } from "../../engine-error.ts";
import { type BlockedDataset, type BlockedMatrix, type RowBlock, requireBlock } from "./blocked-matrix.ts";

/** The sections of a verified artifact. */
export interface SectionReader {
  /** Of all sections, as the header has them. */
  readonly entries: readonly { readonly name: string; readonly length: number; readonly bytes: number }[];
  /** The sections of these names, each verified. */
  read(names: readonly string[]): Promise<readonly Section[]>;
}

/** The sections that describe the blocks. */
const HEADS = [
  DATASET_NAMES.shape,
  `${DATASET_NAMES.userBlocks}.rows`,
  `${DATASET_NAMES.itemBlocks}.rows`,
  `${DATASET_NAMES.disliked}.rows`,
];

/** A stored dataset by its blocks. Throws `BAD_ARTIFACT` when what describes them is damaged or missing. */
export async function blockedDatasetOf(reader: SectionReader): Promise<BlockedDataset> {
  const heads = await reader.read(
    HEADS.filter((name) => reader.entries.some((entry) => entry.name === name)),
  );
  const { userCount, itemCount, entryCount } = datasetShape(heads);
  const shape = { userCount, itemCount, entryCount };
  const userItems = matrixOf(reader, heads, DATASET_NAMES.userBlocks, {
    ...{ rowCount: shape.userCount, columnCount: shape.itemCount, interactionCount: shape.entryCount },
    blockOf: (sections, block) => userBlock(sections, block),
    prefixOf: userBlockPrefix,
  });
  const itemUsers = matrixOf(reader, heads, DATASET_NAMES.itemBlocks, {
    ...{ rowCount: shape.itemCount, columnCount: shape.userCount, interactionCount: shape.entryCount },
    blockOf: (sections, block) => itemBlock(sections, block),
    prefixOf: itemBlockPrefix,
  });
  return { userItems, itemUsers, disliked: dislikedOf(reader, heads, userItems) };
}

interface Side {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly interactionCount: number;
  /** The block of sections that hold it. */
  readonly blockOf: (sections: readonly Section[], block: number) => MatrixBlock;
  readonly prefixOf: (block: number) => string;
}

function matrixOf(
  reader: SectionReader,
  heads: readonly Section[],
  name: string,
  { rowCount, columnCount, interactionCount, blockOf, prefixOf }: Side,
): BlockedMatrix {
  const starts = sectionOf({ sections: heads }, `${name}.rows`, Uint32Array);
  const blocks = Array.from(starts.subarray(0, -1), (firstRow, block) =>
    rowBlockOf(reader, prefixOf(block), { firstRow, rowCount: (starts[block + 1] as number) - firstRow }),
  );
  const listed = blocks.reduce((sum, block) => sum + block.interactionCount, 0);
  if (starts.at(-1) !== rowCount || listed !== interactionCount) {
    const what = `${starts.at(-1)} rows and ${listed} entries, expected ${rowCount} and ${interactionCount}`;
    throw new EngineError("BAD_ARTIFACT", `The blocks of "${name}" have ${what}.`);
  }
  const readTimed = async (block: number): Promise<MatrixBlock> => {
    requireBlock(blocks, block);
    const own = namesOf(reader, prefixOf(block));
    return blockOf([...heads, ...(await reader.read(own))], block);
  };
  const read = async (block: number) => (await readTimed(block)).matrix;
  return { rowCount, columnCount, interactionCount, blocks, read, readTimed };
}

function namesOf({ entries }: SectionReader, prefix: string): string[] {
  return entries.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name);
}

function rowBlockOf(
  { entries }: SectionReader,
  prefix: string,
  rows: Pick<RowBlock, "firstRow" | "rowCount">,
): RowBlock {
  const own = entries.filter(({ name }) => name.startsWith(prefix));
  const indices = own.find(({ name }) => name === `${prefix}indices`);
  if (!indices) throw new EngineError("BAD_ARTIFACT", `The dataset has no section "${prefix}indices".`);
  const bytes = own.reduce((sum, entry) => sum + entry.bytes, 0);
  return { ...rows, interactionCount: indices.length, bytes };
}

/** Dislikes have blocks of their own; here they are read by the blocks of users. */
function dislikedOf(
  reader: SectionReader,
  heads: readonly Section[],
  { blocks, rowCount, columnCount }: BlockedMatrix,
): BlockedMatrix | null {
  const name = DATASET_NAMES.disliked;
  if (!heads.some((section) => section.name === `${name}.rows`)) return null;
  const starts = sectionOf({ sections: heads }, `${name}.rows`, Uint32Array);
  const stored = Array.from({ length: starts.length - 1 }, (_, block) => `${name}/${block}.`);
  const readStored = async (block: number) =>
    matrixBlock(
      [...heads, ...(await reader.read(namesOf(reader, stored[block] as string)))],
      name,
      block,
      columnCount,
    );
  const interactionCount = reader.entries
    .filter((entry) => entry.name.startsWith(`${name}/`) && entry.name.endsWith(".indices"))
    .reduce((sum, { length }) => sum + length, 0);
  const read = async (block: number): Promise<CsrMatrix> => {
    const { firstRow, rowCount: rows } = requireBlock(blocks, block);
    const rowsOf: CsrMatrix[] = [];
    for (let at = 0; at < stored.length; at++) {
      const [from, to] = [starts[at] as number, starts[at + 1] as number];
      if (to <= firstRow || from >= firstRow + rows) continue;
      const { matrix } = await readStored(at);
      const [first, end] = [Math.max(firstRow, from), Math.min(firstRow + rows, to)];
      for (let row = first; row < end; row++) {
        const { indices, weights } = csrRow(matrix, row - from);
        const indptr = Uint32Array.of(0, indices.length);
        rowsOf.push({ rowCount: 1, columnCount, indptr, indices, values: weights });
      }
    }
    return stacked(rowsOf, columnCount);
  };
  const readTimed = async (block: number) => ({
    firstRow: requireBlock(blocks, block).firstRow,
    matrix: await read(block),
    times: null,
  });
  return { rowCount, columnCount, interactionCount, blocks, read, readTimed };
}

function stacked(rows: readonly CsrMatrix[], columnCount: number): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [at, { indices }] of rows.entries()) indptr[at + 1] = (indptr[at] as number) + indices.length;
  const indices = new Uint32Array(indptr[rows.length] as number);
  const values = new Float32Array(indices.length);
  for (const [at, row] of rows.entries()) {
    indices.set(row.indices, indptr[at]);
    values.set(row.values, indptr[at]);
  }
  return { rowCount: rows.length, columnCount, indptr, indices, values };
}
