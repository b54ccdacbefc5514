import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Model, Profile } from "#engine/algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { matrixOf } from "#engine/data/queries.ts";
import type { Sequences } from "#engine/data/sequences.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";

/** Ages that go with the weights, so that they move with them when columns are permuted. */
export function agedByWeight(userItems: CsrMatrix): CsrMatrix {
  return { ...userItems, ages: Float32Array.from(userItems.values, (weight) => 10 * weight) };
}

/** Rows of items, oldest first. */
export function sequencesOf(rows: readonly (readonly number[])[], areRowsInOrder = false): Sequences {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, items] of rows.entries()) offsets[row + 1] = (offsets[row] as number) + items.length;
  return { offsets, items: Uint32Array.from(rows.flat()), ages: null, areRowsInOrder };
}

/** A request that knows these items, oldest first. */
export function asked(items: readonly number[], daysAgo: readonly number[] | null = null): Profile {
  const indices = Uint32Array.from(new Set(items)).sort();
  return {
    indices,
    weights: new Float32Array(indices.length).fill(1),
    recent: { items: Uint32Array.from(items), daysAgo: daysAgo && Float32Array.from(daysAgo) },
  };
}

export interface OrderedFit {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly sequences: Sequences;
  readonly itemCount: number;
  readonly kernels: Kernels;
}

export function fitSequences({ algorithm, params, sequences, itemCount, kernels }: OrderedFit): Model {
  const userItems = matrixOf(sequences, itemCount);
  const task = beginFit({ algorithm, params, userItems, sequences, kernels, seed: 1 });
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  return model;
}

export function scoresOf(model: Model, profile: Profile): number[] {
  const out = new Float32Array(model.itemCount);
  model.scoreProfileInto(profile, out);
  return [...out];
}
