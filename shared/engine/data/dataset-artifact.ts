/**
 * A dataset as artifact sections: the two id maps, blocks of users (CSR, with times) and blocks of items (the transpose), and what users
 * took in its order.
 * A small dataset is one block each. Every block can be read and used without the others.
 */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { checkCsr } from "./check-csr.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import type { Dataset } from "./dataset.ts";
import { isSectionOfSequences, sequenceSections, sequencesOf } from "./dataset-sequences.ts";
import type { IdMap } from "./id-map.ts";
import { idMapOfSections, idMapSections } from "./id-map-sections.ts";
import {
  blockCount,
  type MatrixBlock,
  matrixBlock,
  matrixOfBlocks,
  matrixSections,
  optionalMatrix,
} from "./matrix-blocks.ts";
import { transpose } from "./transpose.ts";

const SHAPE = "dataset.shape";
const USERS = "dataset.users";
const ITEMS = "dataset.items";
const USER_BLOCKS = "dataset.user-blocks";
const ITEM_BLOCKS = "dataset.item-blocks";
/** Absent in datasets without dislikes, and in those from before dislikes were kept. */
const DISLIKED = "dataset.disliked";

/** What the names of its sections begin with. */
export const DATASET_NAMES = {
  shape: SHAPE,
  users: USERS,
  items: ITEMS,
  userBlocks: USER_BLOCKS,
  itemBlocks: ITEM_BLOCKS,
  disliked: DISLIKED,
} as const;

export interface DatasetShape {
  readonly userCount: number;
  readonly itemCount: number;
  /** Distinct (user, item) pairs. */
  readonly entryCount: number;
  readonly userBlockCount: number;
  readonly itemBlockCount: number;
}

/** All sections of a dataset; arrays are shared with it where they need no change. Computes the transpose. */
export function datasetSections(dataset: Dataset, maxBlockBytes?: number): Section[] {
  const { users, items, userItems, times, disliked, sequences } = dataset;
  const shape = Uint32Array.of(userItems.rowCount, userItems.columnCount, userItems.indices.length);
  return [
    { name: SHAPE, data: shape },
    ...idMapSections(users, USERS),
    ...idMapSections(items, ITEMS),
    ...matrixSections(userItems, times, USER_BLOCKS, maxBlockBytes),
    ...matrixSections(transpose(userItems), null, ITEM_BLOCKS, maxBlockBytes),
    ...(disliked ? matrixSections(disliked, null, DISLIKED, maxBlockBytes) : []),
    ...(sequences ? sequenceSections(sequences) : []),
  ];
}

/** The dataset of `datasetSections`, checked; views of the sections when it is one block. Throws BAD_ARTIFACT. */
export function datasetOf(sections: readonly Section[]): Dataset {
  const shape = datasetShape(sections);
  const users = idMapOfSections(sections, USERS);
  const items = idMapOfSections(sections, ITEMS);
  const { matrix, times } = matrixOfBlocks(sections, USER_BLOCKS, shape.itemCount);
  checkCsr(matrix, USER_BLOCKS);
  expectCount("users", users.size, shape.userCount);
  expectCount("items", items.size, shape.itemCount);
  expectCount("user rows", matrix.rowCount, shape.userCount);
  expectCount("interactions", matrix.indices.length, shape.entryCount);
  const disliked = optionalMatrix(sections, DISLIKED, shape.userCount, shape.itemCount);
  const sequences = sequencesOf(sections, shape.userCount, shape.itemCount);
  return {
    ...{ users, items, userItems: matrix, times },
    ...(disliked && { disliked }),
    ...(sequences && { sequences }),
  };
}

/**
 * Whether `datasetOf` takes a section. It does not take the blocks of items, which are almost half of the bytes. Without sequences it has
 * none.
 */
export function isNeededForDataset(section: string, takesSequences = true): boolean {
  if (isSectionOfSequences(section)) return takesSequences;
  return !section.startsWith(`${ITEM_BLOCKS}/`);
}

/** Whether a section belongs to the ids of the dataset. */
export function isIdOfDataset(section: string): boolean {
  return section.startsWith(`${USERS}.`) || section.startsWith(`${ITEMS}.`);
}

/** Of the texts of all users' ids. @param entries Of all sections, as the header has them. */
export function bytesOfUserIds(
  entries: readonly { readonly name: string; readonly bytes: number }[],
): number {
  return entries.find(({ name }) => name === `${USERS}.bytes`)?.bytes ?? 0;
}

/** One of the dataset's id maps, read alone. Throws BAD_ARTIFACT. */
export function datasetIds(sections: readonly Section[], about: "item" | "user"): IdMap {
  return idMapOfSections(sections, about === "item" ? ITEMS : USERS);
}

/** The stored transpose (items × users), which saves computing it. Throws BAD_ARTIFACT. */
export function itemUsersOf(sections: readonly Section[]): CsrMatrix {
  const shape = datasetShape(sections);
  const { matrix } = matrixOfBlocks(sections, ITEM_BLOCKS, shape.userCount);
  checkCsr(matrix, ITEM_BLOCKS);
  expectCount("item rows", matrix.rowCount, shape.itemCount);
  expectCount("interactions", matrix.indices.length, shape.entryCount);
  return matrix;
}

/** Counts of a dataset; `dataset.shape` and the two `.rows` sections are enough. */
export function datasetShape(sections: readonly Section[]): DatasetShape {
  const shape = sectionOf({ sections }, SHAPE, Uint32Array);
  expectCount("counts in its shape", shape.length, 3);
  const [userCount = 0, itemCount = 0, entryCount = 0] = shape;
  const userBlockCount = blockCount(sections, USER_BLOCKS);
  return {
    userCount,
    itemCount,
    entryCount,
    userBlockCount,
    itemBlockCount: blockCount(sections, ITEM_BLOCKS),
  };
}

/** Names of the sections of one block of users; they lie side by side. Those of `datasetShape` are needed, too. */
export function userBlockPrefix(block: number): string {
  return `${USER_BLOCKS}/${block}.`;
}

/** Names of the sections of one block of items, as `userBlockPrefix`. */
export function itemBlockPrefix(block: number): string {
  return `${ITEM_BLOCKS}/${block}.`;
}

/** One block of users: rows of the user-items matrix and their times. Throws BAD_ARTIFACT. */
export function userBlock(sections: readonly Section[], block: number): MatrixBlock {
  const read = matrixBlock(sections, USER_BLOCKS, block, datasetShape(sections).itemCount);
  checkCsr(read.matrix, userBlockPrefix(block));
  return read;
}

/** One block of items: rows of the transpose. Throws BAD_ARTIFACT. */
export function itemBlock(sections: readonly Section[], block: number): MatrixBlock {
  const read = matrixBlock(sections, ITEM_BLOCKS, block, datasetShape(sections).userCount);
  checkCsr(read.matrix, itemBlockPrefix(block));
  return read;
}

function expectCount(what: string, got: number, expected: number): void {
  if (got === expected) return;
  throw new EngineError("BAD_ARTIFACT", `The dataset has ${got} ${what}, expected ${expected}.`);
}
