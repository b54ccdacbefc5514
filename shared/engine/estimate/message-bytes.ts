/** What a message of the trainer has in memory at its peak: the data, a fit, and what is beside them. */
import type { MemoryPhase } from "../algorithms/cost/fit-cost.ts";
import type { FitShape } from "../algorithms/cost/fit-shape.ts";
import { usersPerBlock } from "../algorithms/fit/block-size.ts";
import { ID_BYTES } from "../data/id-map.ts";

/** Validation and test part of the usual split, beside train. */
const HELD_OUT_SHARE = 0.25;
/** Popularity, novelty and how often each was recommended; marks of what is seen and relevant. */
const MEASURED_ITEM_BYTES = 32;
/** The list of users to measure, and their values of the metrics with an interval. */
const MEASURED_USER_BYTES = 48;
/** What is under way to the object store or from it. */
const STREAM_BYTES = 1.5e6;

/** Bytes of the parts of a message that are at their largest at different times. */
export interface MessageParts {
  /** Of the fit, in order. */
  readonly phases: readonly MemoryPhase[];
  readonly storedBytes: number;
  /** Whether the fit is measured between its epochs, with all that it works on in memory. */
  readonly isMeasuredMeanwhile: boolean;
}

/** Without the data of the fit. The memory that the kernels have grown to stays. */
export function messageBytes(
  shape: FitShape,
  { phases, storedBytes, isMeasuredMeanwhile }: MessageParts,
): number {
  const fit = fitBytes(phases);
  const kernels = phases.reduce((most, phase) => Math.max(most, phase.kernels), 0);
  // Where the fit has ended: the model, which is stored from where it lies. Outside of the kernels it is no larger than the fit was there.
  const model = isMeasuredMeanwhile ? fit : kernels + Math.min(storedBytes, fit - kernels);
  return otherDataBytes(shape) + Math.max(fit, model + measuringBytes(shape));
}

/** Most of what the phases have in memory, one after another. */
export function fitBytes(phases: readonly MemoryPhase[]): number {
  let kernelBytes = 0;
  let most = 0;
  for (const { js, kernels } of phases) {
    kernelBytes = Math.max(kernelBytes, kernels);
    most = Math.max(most, js + kernelBytes);
  }
  return most;
}

/** Either the held-out parts of a study's split, or the ids of a training. */
export function otherDataBytes({ users, items, interactions }: FitShape): number {
  return Math.max(HELD_OUT_SHARE * 8 * interactions + 8 * users, ID_BYTES * (users + items));
}

/** The scores of a block of users, counts, and what is under way to the object store. */
function measuringBytes({ users, items }: FitShape): number {
  const scores = 4 * items * usersPerBlock(items, 1);
  return scores + MEASURED_ITEM_BYTES * items + MEASURED_USER_BYTES * users + STREAM_BYTES;
}
