/** Popularity by blocks of items: an item's sum is that of its own row, in the order of users, as in one isolate. */

import { topPop } from "#contract/algorithms/top-pop.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { requireParams } from "../../../algorithms/fit/fit-guards.ts";
import { createPopularityModel } from "../../../algorithms/popularity/popularity.ts";
import { rowSums } from "../../../algorithms/weighting/weight-powers.ts";
import { sectionOf } from "../../../artifact/decode-artifact.ts";
import { EngineError } from "../../../engine-error.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../../plan/stage-load.ts";
import { StagedTasks } from "../../plan/staged-tasks.ts";
import {
  type DataShape,
  encodedModel,
  type FitContext,
  type FitPlan,
  finishBreathing,
  MODEL,
} from "../fit-context.ts";

const SUMS = "sums";

/** The plan of a fit. Throws `BAD_PARAMETER`, and `EMPTY_DATA` without interactions. */
export function planBlockedPopularity(shape: DataShape, params: AlgorithmParams): FitPlan {
  requireParams(topPop.name, params);
  if (shape.userItems.interactionCount === 0) {
    throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
  }
  const blocks = shape.itemUsers.blocks.length;
  return new StagedTasks<FitContext>([
    { name: "sums", taskCount: blocks, load: sumsLoad(shape), run: sumBlock },
    { name: "model", taskCount: 1, load: joinLoad(shape), run: (_task, context) => join(shape, context) },
  ]);
}

/** Milliseconds for a million: of entries that are added, of items that are ordered. */
const MS_PER_MILLION = { added: 8, ordered: 100 };

/** A block is read, its sums of 8 bytes are written. */
function sumsLoad({ itemUsers }: DataShape): StageLoad {
  const blocks = itemUsers.blocks.length;
  return loadOf(blocks, {
    ...{ reads: blocks, writes: blocks },
    ...{ readBytes: bytesOfBlocks(itemUsers), writtenBytes: 8 * itemUsers.rowCount },
    computeMs: (MS_PER_MILLION.added * itemUsers.interactionCount) / 1e6,
  });
}

function joinLoad({ itemUsers: { blocks, rowCount } }: DataShape): StageLoad {
  return loadOf(1, {
    ...{ reads: blocks.length, writes: 1 },
    ...{ readBytes: 8 * rowCount, writtenBytes: 4 * rowCount },
    computeMs: (MS_PER_MILLION.ordered * rowCount) / 1e6,
  });
}

async function sumBlock(block: number, { data, store, breathe }: FitContext): Promise<void> {
  const sums = await finishBreathing(rowSums(await data.itemUsers.read(block)), breathe);
  await putSections(store, `${SUMS}/${block}`, [{ name: SUMS, data: sums }]);
}

async function join({ itemUsers }: DataShape, { store, breathe }: FitContext): Promise<void> {
  const weights = new Float32Array(itemUsers.rowCount);
  for (const [block, { firstRow }] of itemUsers.blocks.entries()) {
    weights.set(
      sectionOf({ sections: await getSections(store, `${SUMS}/${block}`) }, SUMS, Float64Array),
      firstRow,
    );
  }
  const model = createPopularityModel(topPop.name, weights);
  await putSections(store, MODEL, await finishBreathing(encodedModel(model), breathe));
}
