/** What fits ask of all weights: whether they are wide. Each task looks at a block, and the answer joins what they saw. */

import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { logOfWeights, surveyWeights, type WideWeights, wideWeightsIn } from "../../data/wide-weights.ts";
import { getSections, putSections } from "../blocks/section-object.ts";
import type { DataShape, FitContext } from "./fit-context.ts";

const LARGEST = "largest";
const SAMPLE = "sample";
const UNIT = "unit";

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

/** The unit of wide weights, null for others. @param isKept Whether the task writes it down for `chosenUnit`: one of its stage does. */
export async function putUnit(
  { store }: Pick<FitContext, "store">,
  shape: Pick<DataShape, "userItems">,
  isKept: boolean,
): Promise<number | null> {
  const unit = (await wideWeightsOfBlocks({ store }, shape))?.unit ?? null;
  if (isKept) {
    const data = Float64Array.from(unit === null ? [] : [unit]);
    await putSections(store, UNIT, [{ name: UNIT, data }]);
  }
  return unit;
}

/** What `putUnit` wrote down. */
export async function chosenUnit(store: FitContext["store"]): Promise<number | null> {
  const sections = await getSections(store, UNIT);
  return sectionOf({ sections }, UNIT, Float64Array)[0] ?? null;
}

/** A block of a side with the weights that a fit reads: with a unit, their logarithms. */
export async function readableBlock(
  { data }: Pick<FitContext, "data">,
  side: "userItems" | "itemUsers",
  block: number,
  unit: number | null,
): Promise<CsrMatrix> {
  const matrix = await data[side].read(block);
  return unit === null ? matrix : { ...matrix, values: logOfWeights(matrix.values, unit) };
}
