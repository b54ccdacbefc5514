/** What fits ask of all weights: whether they are wide. Each task looks at a block, and the answer joins what they saw. */

import { sectionOf } from "../../artifact/decode-artifact.ts";
import { surveyWeights, type WideWeights, wideWeightsIn } from "../../data/wide-weights.ts";
import { getSections, putSections } from "../blocks/section-object.ts";
import type { DataShape, FitContext } from "./fit-context.ts";

const LARGEST = "largest";
const SAMPLE = "sample";

const nameOf = (block: number) => `survey/${block}`;

/** The task of one block of users. */
export async function surveyBlock({ data, store }: FitContext, block: number): Promise<void> {
  const { userItems } = data;
  const first = userItems.blocks
    .slice(0, block)
    .reduce((sum, { interactionCount }) => sum + interactionCount, 0);
  const { values } = await userItems.read(block);
  const { largest, sample } = surveyWeights(values, first, userItems.interactionCount);
  await putSections(store, nameOf(block), [
    { name: LARGEST, data: Float64Array.of(largest) },
    { name: SAMPLE, data: sample },
  ]);
}

/** The answer of `wideWeightsIn` about all weights. Reads an object for each block of users. */
export async function wideWeightsOfBlocks(
  { store }: Pick<FitContext, "store">,
  { userItems }: Pick<DataShape, "userItems">,
): Promise<WideWeights | null> {
  const samples: Float32Array[] = [];
  let largest = 0;
  for (let block = 0; block < userItems.blocks.length; block++) {
    const sections = await getSections(store, nameOf(block));
    samples.push(sectionOf({ sections }, SAMPLE, Float32Array));
    largest = Math.max(largest, sectionOf({ sections }, LARGEST, Float64Array)[0] as number);
  }
  const all = new Float32Array(samples.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const sample of samples) {
    all.set(sample, at);
    at += sample.length;
  }
  return wideWeightsIn(largest, all);
}
