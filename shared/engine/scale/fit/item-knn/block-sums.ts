/** Sums over each user's and each item's interactions, a task for each block; and the weighed blocks that come of them. */

import type { SimilarityFacts, SimilarityWeights } from "../../../algorithms/item-knn/similarity-weights.ts";
import type { ObjectStore } from "../../blocks/object-store.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import { type BlockList, blockName, putBlock } from "../../blocks/stored-matrix.ts";
import { type DataShape, type FitContext, finishBreathing } from "../fit-context.ts";
import { readableBlock } from "../weight-survey.ts";
import { capRows } from "./cap-rows.ts";

const USERS = "sums/users";
const ITEMS = "sums/items";
const AGAIN = "sums/again";
/** Blocks of users × items with right factors, and of items × users with left ones. */
export const TARGETS = "targets";
export const SOURCES = "sources";

type Side = "userItems" | "itemUsers";

export async function sumBlock(
  context: FitContext,
  weights: SimilarityWeights,
  side: Side,
  block: number,
  unit: number | null,
): Promise<void> {
  const matrix = await readableBlock(context, side, block, unit);
  const sums = side === "userItems" ? weights.sumUsers(matrix) : weights.sumItems(matrix);
  const prefix = side === "userItems" ? USERS : ITEMS;
  await putSums(context.store, blockName(prefix, block), await finishBreathing(sums, context.breathe));
}

/** The further sums of a block of items. */
export async function sumItemBlockAgain(
  context: FitContext,
  weights: SimilarityWeights,
  facts: SimilarityFacts,
  block: number,
  unit: number | null,
): Promise<void> {
  const matrix = await readableBlock(context, "itemUsers", block, unit);
  const firstItem = context.data.itemUsers.blocks[block]?.firstRow ?? 0;
  const sums = weights.sumItemsAgain?.(matrix, firstItem, facts) ?? none();
  await putSums(context.store, blockName(AGAIN, block), await finishBreathing(sums, context.breathe));
}

/** @param mostTargets See `capRows`; null takes whole histories. */
export async function weighBlock(
  context: FitContext,
  weights: SimilarityWeights,
  facts: SimilarityFacts,
  place: { readonly side: Side; readonly block: number; readonly mostTargets: number | null },
  unit: number | null,
): Promise<void> {
  const { side, block, mostTargets } = place;
  const matrix = await readableBlock(context, side, block, unit);
  const firstRow = context.data[side].blocks[block]?.firstRow ?? 0;
  const isUsers = side === "userItems";
  const values = await finishBreathing(
    isUsers ? weights.targetValues(matrix, firstRow, facts) : weights.sourceValues(matrix, firstRow, facts),
    context.breathe,
  );
  const weighed = { ...matrix, values };
  const kept = isUsers && mostTargets !== null ? capRows(weighed, mostTargets) : weighed;
  const content = { firstRow, matrix: kept, times: null };
  await putBlock(context.store, isUsers ? TARGETS : SOURCES, block, content);
}

/** The sums of all users and items. @param hasMore Whether items have further ones. */
export async function factsOfBlocks(
  store: ObjectStore,
  { userItems, itemUsers }: DataShape,
  hasMore: boolean,
): Promise<SimilarityFacts> {
  const userSums = await joinSums(store, USERS, userItems);
  const itemSums = await joinSums(store, ITEMS, itemUsers);
  const again = hasMore ? await joinSums(store, AGAIN, itemUsers) : [];
  return { userSums, itemSums: [...itemSums, ...again] };
}

async function putSums(store: ObjectStore, name: string, sums: readonly Float64Array[]): Promise<void> {
  await putSections(
    store,
    name,
    sums.map((data, at) => ({ name: `${at}`, data })),
  );
}

async function joinSums(
  store: ObjectStore,
  prefix: string,
  { blocks, rowCount }: BlockList,
): Promise<Float64Array[]> {
  const joined: Float64Array[] = [];
  for (const [block, { firstRow }] of blocks.entries()) {
    const sections = await getSections(store, blockName(prefix, block));
    for (const [at, { data }] of sections.entries()) {
      joined[at] ??= new Float64Array(rowCount);
      joined[at]?.set(data, firstRow);
    }
  }
  return joined;
}

// biome-ignore lint/correctness/useYield: there is nothing to sum
function* none(): Generator<void, Float64Array[]> {
  return [];
}
