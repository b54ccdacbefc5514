/** Popularity by blocks of items: an item's sum is that of its own row, in the order of users, as in one isolate. */

import { topPop } from "#contract/algorithms/top-pop.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { requireParams } from "../../../algorithms/fit/fit-guards.ts";
import { createPopularityModel } from "../../../algorithms/popularity/popularity.ts";
import { rowSums } from "../../../algorithms/weighting/weight-powers.ts";
import { sectionOf } from "../../../artifact/decode-artifact.ts";
import { EngineError } from "../../../engine-error.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
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
  return new StagedTasks<FitContext>([
    { name: "sums", taskCount: shape.itemUsers.blocks.length, run: sumBlock },
    { name: "model", taskCount: 1, run: (_task, context) => join(shape, context) },
  ]);
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
