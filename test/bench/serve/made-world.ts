/** Made interactions of any size, and models that are really fitted on them. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createRandom } from "#engine/random.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";

export const USERS = 4_000;
const ITEMS_PER_USER = 60;
const GROUPS = 50;

/** The id of a made user. */
export const userName = (index: number) => `u${index}`;
export const itemName = (index: number) => `i${index}`;

/** Every item has an interaction; each user takes most items from one of some groups, popular ones more often. */
export async function madeDataset(itemCount: number): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: false });
  const random = createRandom(7);
  const groupSize = Math.ceil(itemCount / GROUPS);
  const perUser = Math.max(ITEMS_PER_USER, Math.ceil((1.2 * itemCount) / USERS));
  for (let user = 0; user < USERS; user++) {
    const start = (user % GROUPS) * groupSize;
    for (let n = 0; n < perUser; n++) {
      const isOwn = random.next() < 0.8;
      const item = isOwn
        ? start + Math.floor(random.next() ** 2 * groupSize)
        : Math.floor(random.next() * itemCount);
      builder.add(userName(user), itemName(item % itemCount), 1, Number.NaN);
    }
  }
  for (let item = 0; item < itemCount; item++)
    builder.add(userName(item % USERS), itemName(item), 1, Number.NaN);
  return (await builder.finish(async () => undefined)).dataset;
}

/** The sections of a model as a training would store them. */
export function fittedSections(
  dataset: Dataset,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
): Section[] {
  const { userItems } = dataset;
  const input = { userItems, itemUsers: transpose(userItems), kernels: loadWasmKernels(), seed: 1 };
  const task = algorithmOf(algorithm).begin(input, params);
  while (!task.done) task.step();
  return modelSections(task.model(), dataset);
}
