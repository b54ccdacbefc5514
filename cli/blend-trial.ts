import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/algorithm.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type BlendSlot, blendCandidates, blendParams } from "#engine/tune/blend-candidates.ts";
import { type BlendWeights, chooseBlendWeights } from "#engine/tune/blend-weights.ts";
import type { FinishedTrial } from "#engine/tune/study.ts";
import { rowsOnly } from "#engine/tune/validation-sample.ts";
import { fitModel, secondsSince } from "./measure.ts";
import type { Progress } from "./progress.ts";
import type { TrialContext } from "./trial-work.ts";

export interface BlendOutcome {
  /** Trials that were blended, and how much each of them counts. */
  readonly parts: readonly { readonly trial: number; readonly algorithm: string; readonly weight: number }[];
  readonly params: AlgorithmParams;
  readonly value: number;
  /** Whether it beats both parts and the best trial. */
  readonly isBetter: boolean;
  readonly seconds: number;
}

/** A second setting of a family is only fitted anew where that takes no longer. */
const DEAREST_ALTERNATIVE_SECONDS = 30;

/**
 * Blends models of the best families with weights chosen on validation; null when there are no two families, or no time for them.
 *
 * @param deadline Epoch milliseconds after which no fit begins and weighing is given up; null for no limit.
 */
export function tryBlend(
  context: TrialContext,
  trials: readonly FinishedTrial[],
  deadline: number | null,
  kernels: Kernels,
  progress: Progress,
): BlendOutcome | null {
  const startedAt = performance.now();
  const isLate = () => deadline !== null && Date.now() >= deadline;
  const slots = fitSlots(context, blendCandidates(trials), isLate, kernels, progress);
  try {
    const found = slots.length < 2 ? null : weigh(context, slots, isLate, progress);
    if (found === null) return null;
    const chosen = found.parts.flatMap(({ alternative, weight }, at) => {
      const setting = slots[at]?.[alternative];
      return setting && weight > 0 ? [{ ...setting.trial, weight }] : [];
    });
    const best = Math.max(...trials.map(({ state, value }) => (state === "COMPLETE" ? (value ?? 0) : 0)));
    return {
      parts: chosen.map(({ number, algorithm, weight }) => ({ trial: number, algorithm, weight })),
      params: blendParams(chosen),
      value: found.value,
      isBetter: found.value > best && chosen.length > 1,
      seconds: secondsSince(startedAt),
    };
  } finally {
    for (const { model } of slots.flat()) model.dispose();
  }
}

interface FittedSetting {
  readonly trial: FinishedTrial;
  readonly model: Model;
}

/** Fits the best setting of each family, then the others as long as there is time; families that came too late are left out. */
function fitSlots(
  { seed, split }: TrialContext,
  candidates: readonly BlendSlot[],
  isLate: () => boolean,
  kernels: Kernels,
  progress: Progress,
): FittedSetting[][] {
  const slots: FittedSetting[][] = candidates.map(() => []);
  // A family alone cannot be blended.
  if (candidates.length < 2) return [];
  const rounds = Math.max(...candidates.map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    for (const [at, candidate] of candidates.entries()) {
      const trial = candidate[round];
      if (!trial || isLate() || (round > 0 && trial.seconds > DEAREST_ALTERNATIVE_SECONDS)) continue;
      const { algorithm, params } = trial;
      const { model } = fitModel({ algorithm, params, train: split.train, kernels, seed, progress });
      slots[at]?.push({ trial, model });
    }
  }
  return slots.filter(({ length }) => length > 0);
}

function weigh(
  { split, users, metric, cutoff, seed }: TrialContext,
  slots: readonly (readonly FittedSetting[])[],
  isLate: () => boolean,
  progress: Progress,
): BlendWeights | null {
  progress.stage("Blending");
  const steps = chooseBlendWeights({
    slots: slots.map((slot) => slot.map(({ model }) => model)),
    ...{ seen: split.train, heldout: rowsOnly(split.validation, users), metric, cutoff, seed },
    maxUsers: users.length,
  });
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    if (isLate()) return null;
    progress.update(step.value.progress, "");
  }
  return step.value;
}
