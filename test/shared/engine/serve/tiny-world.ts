import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { FitInput, Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";

/** User and item of each interaction: a and b are similar, c is not; one user took item 5, three took item 9. */
const TAKEN = {
  ann: ["1", "2", "9"],
  bob: ["1", "2", "3", "9"],
  cleo: ["4", "5", "9"],
} as const;

export async function tinyDataset(): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (const [user, items] of Object.entries(TAKEN))
    for (const item of items) builder.add(user, item, 1, Number.NaN);
  return (await builder.finish(async () => undefined)).dataset;
}

export function fitted(dataset: Dataset, algorithm: AlgorithmName, params: AlgorithmParams = {}): Model {
  const { userItems } = dataset;
  const input: FitInput = {
    userItems,
    itemUsers: transpose(userItems),
    kernels: createScalarKernels(),
    seed: 1,
  };
  const task = algorithmOf(algorithm).begin(input, params);
  while (!task.done) task.step();
  return task.model();
}
