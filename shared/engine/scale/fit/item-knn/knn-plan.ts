/**
 * Item-to-item methods by blocks: look at the weights, sum each user's and each item's, weigh the blocks, find the rows of groups of
 * items, and join them. Rows are those of one isolate to the last bit, unless long histories are capped.
 */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { requireFiniteSections } from "../../../algorithms/fit/finite-fit.ts";
import type { SimilarityWeights } from "../../../algorithms/item-knn/similarity-weights.ts";
import { readableModel } from "../../../algorithms/weighting/with-readable-weights.ts";
import type { CsrMatrix } from "../../../data/csr-matrix.ts";
import { EngineError } from "../../../engine-error.ts";
import { decodeBlock } from "../../blocks/block-codec.ts";
import { blockOfRow, rowsOf } from "../../blocks/blocked-matrix.ts";
import { ObjectReader, type ObjectStore, requireObject } from "../../blocks/object-store.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import { blockName } from "../../blocks/stored-matrix.ts";
import { type NamedStage, StagedTasks } from "../../plan/staged-tasks.ts";
import {
  type DataShape,
  encodedModel,
  type FitContext,
  type FitPlan,
  finishBreathing,
  MODEL,
} from "../fit-context.ts";
import { chosenUnit, putUnit, surveyBlock } from "../weight-survey.ts";
import { factsOfBlocks, SOURCES, sumBlock, sumItemBlockAgain, TARGETS, weighBlock } from "./block-sums.ts";
import { type BlockedMethod, findBlockedMethod, type KnownCounts } from "./blocked-methods.ts";
import { GroupRows } from "./group-rows.ts";
import { knnLoads } from "./knn-load.ts";

const FACTS = "facts";
const rowsName = (group: number) => `rows/${group}`;

/** Sums that a task holds. */
const MOST_SUM_BYTES = 28 * 1024 * 1024;
/** Entries of the model that its last task holds. */
const MOST_MODEL_BYTES = 72 * 1024 * 1024;

export interface BlockedKnnOptions {
  /** Users with more interactions add this many of them to the sums of each item, see `capRows`; null takes whole histories. */
  readonly mostTargets?: number | null;
  /** Sums that a task holds, in bytes. */
  readonly mostSumBytes?: number;
}

/**
 * The plan of a fit. Throws `BAD_PARAMETER`, `EMPTY_DATA` without interactions, and `UNSUPPORTED` for a method that does not fit by
 * blocks or for a model that is too large for its last task.
 */
export function planBlockedKnn(
  name: AlgorithmName,
  shape: DataShape,
  params: AlgorithmParams,
  options: BlockedKnnOptions = {},
): FitPlan {
  const method = findBlockedMethod(name);
  if (!method) throw new EngineError("UNSUPPORTED", `${name} does not fit by blocks.`);
  return new BlockedKnn(name, method, shape, params, options).plan();
}

class BlockedKnn {
  readonly #name: AlgorithmName;
  readonly #method: BlockedMethod;
  readonly #shape: DataShape;
  readonly #params: AlgorithmParams;
  readonly #options: BlockedKnnOptions;
  /** First item of each group, then the number of items. */
  readonly #groups: readonly number[];
  readonly #hasMoreSums: boolean;

  constructor(
    name: AlgorithmName,
    method: BlockedMethod,
    shape: DataShape,
    params: AlgorithmParams,
    options: BlockedKnnOptions,
  ) {
    [this.#name, this.#method, this.#shape] = [name, method, shape];
    [this.#params, this.#options] = [params, options];
    const { userItems, itemUsers } = shape;
    if (userItems.interactionCount === 0)
      throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
    const weights = this.#weightsFor(null);
    this.#hasMoreSums = weights.sumItemsAgain !== undefined;
    const items = itemUsers.rowCount;
    const entries = items * Math.min(weights.topK, items);
    if (entries * method.entryBytes > MOST_MODEL_BYTES) {
      const limit = Math.floor(MOST_MODEL_BYTES / (method.entryBytes * items));
      const what = `${items} items with ${Math.min(weights.topK, items)} neighbours each are too many for one model`;
      throw new EngineError("UNSUPPORTED", `${what}: top_k ${limit} fits.`);
    }
    const perGroup = Math.max(1, Math.floor((options.mostSumBytes ?? MOST_SUM_BYTES) / (4 * items)));
    this.#groups = groupsOf([...itemUsers.blocks.map(({ firstRow }) => firstRow), items], perGroup);
  }

  plan(): FitPlan {
    const [users, items] = [this.#shape.userItems.blocks.length, this.#shape.itemUsers.blocks.length];
    const side = (task: number) =>
      task < users
        ? { side: "userItems" as const, block: task }
        : { side: "itemUsers" as const, block: task - users };
    const loads = knnLoads(this.#shape, {
      ...{ groupCount: this.#groups.length - 1, hasMoreSums: this.#hasMoreSums },
      ...{ topK: this.#weightsFor(null).topK, mostTargets: this.#options.mostTargets ?? null },
    });
    const stages: NamedStage<FitContext>[] = [
      {
        name: "survey",
        taskCount: users,
        load: loads.survey,
        run: (task, context) => surveyBlock(context, task),
      },
      {
        name: "sums",
        load: loads.sums,
        taskCount: users + items,
        run: (task, context) => this.#sum(side(task), task === 0, context),
      },
      {
        name: "norms",
        load: loads.norms,
        taskCount: this.#hasMoreSums ? items : 0,
        run: (task, context) => this.#sumAgain(task, context),
      },
      {
        name: "weights",
        load: loads.weights,
        taskCount: users + items,
        run: (task, context) => this.#weigh(side(task), task === 0, context),
      },
      {
        name: "rows",
        load: loads.rows,
        taskCount: this.#groups.length - 1,
        run: (task, context) => this.#findRows(task, context),
      },
      { name: "model", taskCount: 1, load: loads.model, run: (_task, context) => this.#join(context) },
    ];
    return new StagedTasks(stages.filter(({ taskCount }) => taskCount > 0));
  }

  /** @param counts Null where they are not known yet: sums do not depend on them. */
  #weightsFor(counts: KnownCounts | null): SimilarityWeights {
    return this.#method.weights(this.#params, counts ?? { interactionCount: 0, knownItems: 0 });
  }

  async #sum(
    { side, block }: { side: "userItems" | "itemUsers"; block: number },
    isFirst: boolean,
    context: FitContext,
  ): Promise<void> {
    const unit = await putUnit(context, this.#shape, isFirst);
    await sumBlock(context, this.#weightsFor(null), side, block, unit);
  }

  async #sumAgain(block: number, context: FitContext): Promise<void> {
    const facts = await factsOfBlocks(context.store, this.#shape, false);
    const unit = await chosenUnit(context.store);
    await sumItemBlockAgain(context, this.#weightsFor(null), facts, block, unit);
  }

  async #weigh(
    place: { side: "userItems" | "itemUsers"; block: number },
    isFirst: boolean,
    context: FitContext,
  ): Promise<void> {
    const { store } = context;
    const facts = await factsOfBlocks(store, this.#shape, this.#hasMoreSums);
    if (isFirst)
      await putSections(
        store,
        FACTS,
        facts.itemSums.map((data, at) => ({ name: `${at}`, data })),
      );
    const weights = this.#weightsFor(this.#countsOf(facts.itemSums));
    const mostTargets = this.#options.mostTargets ?? null;
    await weighBlock(context, weights, facts, { ...place, mostTargets }, await chosenUnit(store));
  }

  async #findRows(group: number, context: FitContext): Promise<void> {
    const { store, kernels, breathe } = context;
    const { itemUsers, userItems } = this.#shape;
    const [first, end] = [this.#groups[group] as number, this.#groups[group + 1] as number];
    const block = blockOfRow(itemUsers, first);
    const firstOfBlock = itemUsers.blocks[block]?.firstRow ?? 0;
    const all = (await readBlock(store, SOURCES, block)).matrix;
    const sources = copyOf(rowsOf(all, first - firstOfBlock, end - firstOfBlock));
    const itemSums = await itemSumsOf(store);
    const rows = new GroupRows(kernels, sources, itemUsers.rowCount);
    try {
      const reader = new ObjectReader(store);
      for (let at = 0; at < userItems.blocks.length; at++) {
        const name = blockName(TARGETS, at);
        const { firstRow, matrix } = decodeBlock(await reader.read(name), name);
        await rows.add(firstRow, matrix, breathe);
      }
      const weights = this.#weightsFor(this.#countsOf(itemSums));
      const { topK, keepsDiagonal = false } = weights;
      const rule = { topK, keepsDiagonal, finishRow: weights.finishRow({ userSums: [], itemSums }) };
      const found = await rows.finish(rule, first, breathe);
      await putSections(store, rowsName(group), this.#method.storeRows(found, itemUsers.rowCount));
    } finally {
      rows.free();
    }
  }

  async #join({ store, kernels, breathe }: FitContext): Promise<void> {
    const parts = [];
    for (let group = 0; group + 1 < this.#groups.length; group++) {
      const itemCount = (this.#groups[group + 1] as number) - (this.#groups[group] as number);
      parts.push({ sections: await getSections(store, rowsName(group)), itemCount });
    }
    const counts = this.#countsOf(await itemSumsOf(store));
    const unit = await chosenUnit(store);
    const itemCount = this.#shape.itemUsers.rowCount;
    const steps = this.#method.modelOf(parts, itemCount, this.#params, counts, kernels);
    const own = await finishBreathing(steps, breathe);
    const model = unit === null ? own : readableModel(own, unit);
    try {
      const sections = await finishBreathing(encodedModel(model, { isLast: true }), breathe);
      await finishBreathing(requireFiniteSections(this.#name, sections), breathe);
      await putSections(store, MODEL, sections);
    } finally {
      model.dispose();
    }
  }

  #countsOf([sums = new Float64Array()]: readonly Float64Array[]): KnownCounts {
    let knownItems = 0;
    for (const sum of sums) if (sum > 0) knownItems++;
    return { interactionCount: this.#shape.userItems.interactionCount, knownItems };
  }
}

/** Cuts blocks of items into groups of at most `perGroup` items. @param starts First item of each block, then the number of items. */
function groupsOf(starts: readonly number[], perGroup: number): number[] {
  const groups = [0];
  for (const end of starts.slice(1)) {
    for (let item = groups.at(-1) as number; item < end; ) {
      item = Math.min(end, item + perGroup);
      groups.push(item);
    }
  }
  return groups;
}

/** So that the block of the rows is not kept. */
function copyOf({ indices, values, ...rows }: CsrMatrix): CsrMatrix {
  return { ...rows, indices: indices.slice(), values: values.slice() };
}

async function readBlock(store: ObjectStore, prefix: string, block: number) {
  const name = blockName(prefix, block);
  return decodeBlock(await requireObject(store, name), name);
}

async function itemSumsOf(store: ObjectStore): Promise<Float64Array[]> {
  return (await getSections(store, FACTS)).map(({ data }) => Float64Array.from(data));
}
