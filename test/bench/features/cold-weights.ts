/** Weights of a blend for newcomers, tuned as a study tunes them. */

import { BLEND_WEIGHTS } from "#contract/algorithms/blend.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { BLEND } from "#contract/algorithms.ts";
import { partsOf } from "#engine/algorithms/blend/blend-parts.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { SideFeatures } from "#engine/data/side-features.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { chooseBlendWeights } from "#engine/tune/blend/blend-weights.ts";
import { type ColdSegment, coldSegmentsOf, coldValidation } from "#engine/tune/blend/cold-weights.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";

interface Tuning {
  readonly train: CsrMatrix;
  readonly features: SideFeatures;
  readonly kernels: Kernels;
  readonly seed: number;
  readonly cutoff: number;
}

/** The parameters of a blend, with the weights of its parts for the segments that the tables tell of. */
export function withColdWeights(params: AlgorithmParams, tuning: Tuning): AlgorithmParams {
  const weights = coldSegmentsOf(tuning.features).flatMap((segment) => weightsIn(segment, params, tuning));
  return { ...params, ...Object.fromEntries(weights) };
}

function weightsIn(
  segment: ColdSegment,
  params: AlgorithmParams,
  { train, features, kernels, seed, cutoff }: Tuning,
): [name: string, weight: number][] {
  const parts = partsOf(BLEND, params);
  const rows = coldValidation(train, segment, seed);
  if (!rows) return [];
  const steps = chooseBlendWeights({
    slots: parts.map(() => 1),
    ...{ seen: rows.train, heldout: rows.heldout, candidates: rows.candidates, userFeatures: features.users },
    ...{ metric: "ndcg", cutoff, seed },
  });
  const found = runToEnd(steps, (step) => {
    const part = step.type === "open" ? parts[step.slot] : undefined;
    if (!part) return undefined;
    const request = {
      algorithm: part.name,
      params: part.params,
      userItems: rows.train,
      features,
      kernels,
      seed,
    };
    const task = beginFit(request);
    while (!task.done) task.step();
    const model = task.model();
    task.dispose();
    return model;
  });
  return parts.map(({ name }, at) => [`${BLEND_WEIGHTS[segment]}.${name}`, found.parts[at]?.weight ?? 0]);
}
