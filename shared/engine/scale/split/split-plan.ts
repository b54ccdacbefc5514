/**
 * Splits by blocks, RG and TU: count each user's interactions, choose users and note where the generator stands at each block, cut the
 * blocks of users, and take what was held out off the blocks of items. Parts are those of one isolate.
 */
import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { Breathe } from "../../data/breathe.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { createRandom, randomAt } from "../../random.ts";
import { extractPart } from "../../split/csr-parts.ts";
import {
  choosePerUser,
  type HeldOutPart,
  heldOutCount,
  holdOutOfUsers,
  PART,
  skipUser,
} from "../../split/hold-out.ts";
import { assertSplitConfig, badSetting, type SplitConfig } from "../../split/split-config.ts";
import { decodeBlock } from "../blocks/block-codec.ts";
import type { BlockedDataset, RowBlock } from "../blocks/blocked-matrix.ts";
import { ObjectReader, type ObjectStore } from "../blocks/object-store.ts";
import { getSections, putSections } from "../blocks/section-object.ts";
import { type BlockList, blockName, putBlock, putBlockList } from "../blocks/stored-matrix.ts";
import type { StagedPlan } from "../plan/staged-plan.ts";
import { StagedTasks } from "../plan/staged-tasks.ts";
import { splitLoads } from "./split-load.ts";

/** Where the parts lie, for `openMatrix`: users × items of each, and items × users of train. */
export const TRAIN_USERS = "train/users";
export const TRAIN_ITEMS = "train/items";
export const heldOutUsers = (part: HeldOutPart) => `${part}/users`;

export interface SplitContext {
  readonly data: BlockedDataset;
  readonly store: ObjectStore;
  readonly breathe: Breathe;
}

export interface BlockedSplitOptions {
  readonly config: SplitConfig;
  readonly seed: number;
  /** `test` alone as `splitTrainTest` has it, or `test` and `validation` as `splitDataset` has them. */
  readonly parts: readonly HeldOutPart[];
}

const LENGTHS = "lengths";
const USERS = "users";
const POSITION = "position";
const ROW = "row";

/**
 * The plan of a split. Throws `BAD_PARAMETER` for settings that no data satisfy, and for schemes other than RG and TU, which look at all
 * interactions together.
 */
export function planBlockedSplit(
  { userItems, itemUsers }: { readonly userItems: BlockList; readonly itemUsers: BlockList },
  options: BlockedSplitOptions,
  hasTimes: boolean,
): StagedPlan<SplitContext> {
  const { scheme } = options.config;
  const times = hasTimes ? new Float64Array() : null;
  assertSplitConfig(options.config, { userItems: NO_ROWS, times });
  if (scheme !== "RG" && scheme !== "TU")
    throw badSetting(`scheme ${scheme} needs all data in one isolate; use RG or TU.`);
  const loads = splitLoads({ userItems, itemUsers }, options.parts.length, options.config.heldout_ratio);
  return new StagedTasks<SplitContext>([
    { name: "count", taskCount: userItems.blocks.length, load: loads.count, run: countBlock },
    {
      ...{ name: "choose", taskCount: 1, load: loads.choose },
      run: (_task, context) => choose(userItems, options, context),
    },
    {
      name: "cut",
      load: loads.cut,
      taskCount: userItems.blocks.length,
      run: (block, context) => cutBlock(block, options, context),
    },
    {
      name: "items",
      load: loads.items,
      taskCount: itemUsers.blocks.length,
      run: (block, context) => cutItemBlock(block, userItems, options.parts, context),
    },
    {
      name: "lists",
      load: loads.lists,
      taskCount: 1,
      run: (_task, context) => writeLists(userItems, itemUsers, options.parts, context),
    },
  ]);
}

const NO_ROWS: CsrMatrix = {
  ...{ rowCount: 0, columnCount: 0 },
  ...{ indptr: new Uint32Array(1), indices: new Uint32Array(), values: new Float32Array() },
};

async function countBlock(block: number, { data, store }: SplitContext): Promise<void> {
  const { rowCount, indptr } = await data.userItems.read(block);
  const lengths = Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
  await putSections(store, `lengths/${block}`, [{ name: LENGTHS, data: lengths }]);
}

/** What is drawn depends on how many interactions users have, and on nothing else of them. */
async function choose(
  { rowCount, blocks }: BlockList,
  { config, seed, parts }: BlockedSplitOptions,
  { store, breathe }: SplitContext,
): Promise<void> {
  const left = new Uint32Array(rowCount);
  for (const [block, { firstRow }] of blocks.entries()) {
    const sections = await getSections(store, `lengths/${block}`);
    left.set(sectionOf({ sections }, LENGTHS, Uint32Array), firstRow);
  }
  const random = createRandom(seed);
  for (const part of parts) {
    const chosen = choosePerUser(rowCount, (user) => left[user] as number, config, part, random);
    let at = 0;
    for (const [block, { firstRow, rowCount: rows }] of blocks.entries()) {
      const position = random.position();
      const from = at;
      for (; at < chosen.length && (chosen[at] as number) < firstRow + rows; at++) {
        const user = chosen[at] as number;
        const entryCount = left[user] as number;
        skipUser(entryCount, random);
        left[user] = entryCount - heldOutCount(config, entryCount);
      }
      const users = Uint32Array.from(chosen.slice(from, at), (user) => user - firstRow);
      await putSections(store, `chosen/${part}/${block}`, [
        { name: USERS, data: users },
        { name: POSITION, data: position },
      ]);
      await breathe();
    }
  }
}

async function cutBlock(
  block: number,
  { config, parts }: BlockedSplitOptions,
  { data, store, breathe }: SplitContext,
): Promise<void> {
  const { firstRow, matrix, times } = await data.userItems.readTimed(block);
  const labels = new Uint8Array(matrix.indices.length);
  for (const part of parts) {
    const sections = await getSections(store, `chosen/${part}/${block}`);
    const users = sectionOf({ sections }, USERS, Uint32Array);
    const random = randomAt(sectionOf({ sections }, POSITION, Uint32Array));
    const steps = holdOutOfUsers({ userItems: matrix, times }, config, { part, users }, labels, random);
    while (!steps.next().done) await breathe();
  }
  const put = (prefix: string, part: number) =>
    putRows(store, prefix, block, firstRow, extractPart(matrix, labels, part));
  await put(TRAIN_USERS, PART.train);
  for (const part of parts) await put(heldOutUsers(part), PART[part]);
}

/** A block of items without what was held out: users come in the order of their blocks, as they do in the rows of items. */
async function cutItemBlock(
  block: number,
  users: BlockList,
  parts: readonly HeldOutPart[],
  { data, store, breathe }: SplitContext,
): Promise<void> {
  const { firstRow, matrix } = await data.itemUsers.readTimed(block);
  const isHeldOut = new Uint8Array(matrix.indices.length);
  for (const part of parts) {
    const next = matrix.indptr.slice(0, matrix.rowCount);
    const reader = new ObjectReader(store);
    for (let at = 0; at < users.blocks.length; at++) {
      const name = blockName(heldOutUsers(part), at);
      const heldOut = decodeBlock(await reader.read(name), name);
      markHeldOut(matrix, firstRow, heldOut, next, isHeldOut);
      await breathe();
    }
  }
  await putRows(store, TRAIN_ITEMS, block, firstRow, extractPart(matrix, isHeldOut, PART.train));
}

/** @param next Of each item, the first entry whose user has not come yet. */
function markHeldOut(
  items: CsrMatrix,
  firstItem: number,
  { firstRow: firstUser, matrix }: { readonly firstRow: number; readonly matrix: CsrMatrix },
  next: Uint32Array,
  isHeldOut: Uint8Array,
): void {
  for (let row = 0; row < matrix.rowCount; row++) {
    for (let at = matrix.indptr[row] as number; at < (matrix.indptr[row + 1] as number); at++) {
      const item = (matrix.indices[at] as number) - firstItem;
      if (item < 0 || item >= items.rowCount) continue;
      let entry = next[item] as number;
      while ((items.indices[entry] as number) < firstUser + row) entry++;
      isHeldOut[entry] = 1;
      next[item] = entry + 1;
    }
  }
}

async function putRows(
  store: ObjectStore,
  prefix: string,
  block: number,
  firstRow: number,
  matrix: CsrMatrix,
): Promise<void> {
  const { rowCount, interactionCount, bytes } = await putBlock(store, prefix, block, {
    firstRow,
    matrix,
    times: null,
  });
  const row = Float64Array.of(firstRow, rowCount, interactionCount, bytes);
  await putSections(store, `made/${blockName(prefix, block)}`, [{ name: ROW, data: row }]);
}

async function writeLists(
  userItems: BlockList,
  itemUsers: BlockList,
  parts: readonly HeldOutPart[],
  { store }: SplitContext,
): Promise<void> {
  await writeList(store, TRAIN_USERS, userItems);
  for (const part of parts) await writeList(store, heldOutUsers(part), userItems);
  await writeList(store, TRAIN_ITEMS, itemUsers);
}

async function writeList(store: ObjectStore, prefix: string, shape: BlockList): Promise<void> {
  const blocks: RowBlock[] = [];
  for (let block = 0; block < shape.blocks.length; block++) {
    const sections = await getSections(store, `made/${blockName(prefix, block)}`);
    const [firstRow = 0, rowCount = 0, interactionCount = 0, bytes = 0] = sectionOf(
      { sections },
      ROW,
      Float64Array,
    );
    blocks.push({ firstRow, rowCount, interactionCount, bytes });
  }
  const interactionCount = blocks.reduce((sum, block) => sum + block.interactionCount, 0);
  await putBlockList(store, prefix, { ...shape, interactionCount, blocks });
}
