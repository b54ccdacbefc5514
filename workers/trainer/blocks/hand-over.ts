/** A training that one worker has, handed over to many. */
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { EngineError } from "#engine/engine-error.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { BLOCKED_ALGORITHMS } from "#engine/scale/models/blocked-fits.ts";
import type { TrainingSpec } from "#jobs/training-job.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Assignment } from "../work/leased-work.ts";
import { ClaimLost } from "../work/work.ts";
import { cutTraining } from "./blocked-training.ts";

/** Cuts a training into stages; nothing is left to do for its worker. Throws what `planBlockedFit` throws, else `ClaimLost`. */
export async function handOver(deps: TrainerDeps, slice: Assignment<TrainingSpec>): Promise<never> {
  const cut = await cutTraining(deps, slice.spec);
  await deps.training(slice.spec.modelId).handle({ type: "shard", claim: slice.claim, ...cut });
  throw new ClaimLost();
}

/** Hands a training over whose data fit an isolate and whose fit does not. Throws `BAD_PARAMETER` where the algorithm cannot be cut. */
export async function roomOrHandOver(
  deps: TrainerDeps,
  slice: Assignment<TrainingSpec>,
  { userItems, features, sequences }: Dataset,
): Promise<void> {
  const { algorithm, params } = slice.spec;
  const shape = shapeOf(userItems, features, { sequences });
  const { reason } = estimateFit(shape, algorithm, params);
  if (reason === null) return;
  if (!BLOCKED_ALGORITHMS.includes(algorithm)) throw new EngineError("BAD_PARAMETER", reason);
  await handOver(deps, slice);
}
