import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { shapeOf } from "#engine/estimate/fit-shape.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type BlendSlot, blendCandidates, blendParams } from "#engine/tune/blend/blend-candidates.ts";
import { type BlendWeights, chooseBlendWeights } from "#engine/tune/blend/blend-weights.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { rowsOnly } from "#engine/tune/plan/validation-sample.ts";
import type { Progress } from "../progress.ts";
import type { KeptModels } from "./kept-models.ts";
import { fitModel, secondsSince } from "./measure.ts";
import type { TrialContext } from "./trial-work.ts";

export interface BlendOutcome {
  /** The blended trials, and the weight of each. */
  readonly parts: readonly { readonly trial: number; readonly algorithm: string; readonly weight: number }[];
  readonly params: AlgorithmParams;
  readonly value: number;
  /** Whether it beats its parts and the best trial. */
  readonly isBetter: boolean;
  readonly seconds: number;
  /** What was skipped for lack of time, a sentence each. */
  readonly givenUp: readonly string[];
}

export interface BlendInput {
  readonly context: TrialContext;
  readonly trials: readonly FinishedTrial[];
  readonly kept: KeptModels;
  /**
   * Epoch milliseconds after which no fit begins and the search for weights stops with its best result; null for no
   * limit.
   */
  readonly deadline: number | null;
  readonly kernels: Kernels;
  readonly progress: Progress;
}

/**
 * A second setting of a family whose model was not kept is fitted again only if its estimated time is at most this
 * long.
 */
const DEAREST_ALTERNATIVE_SECONDS = 30;

/**
 * Blends models of the best families with weights chosen on validation. Null when there are not two families, or no
 * time for two models. Uses the trials' own models where they were kept.
 */
export function tryBlend(input: BlendInput): BlendOutcome | null {
  const startedAt = performance.now();
  const { trials } = input;
  const givenUp: string[] = [];
  const slots = modelsOf(input, blendCandidates(trials), givenUp);
  try {
    if (slots.length < 2) return null;
    const found = weigh(input, slots, givenUp);
    const chosen = found.parts.flatMap(({ alternative, weight }, at) => {
      const setting = slots[at]?.[alternative];
      return setting && weight > 0 ? [{ ...setting.trial, weight }] : [];
    });
    // Values compare on the same users only.
    const rivals = found.isCut
      ? found.alone.flat()
      : trials.map(({ state, value }) => (state === "COMPLETE" ? (value ?? 0) : 0));
    const best = Math.max(...rivals);
    return {
      parts: chosen.map(({ number, algorithm, weight }) => ({ trial: number, algorithm, weight })),
      params: blendParams(chosen),
      value: found.value,
      isBetter: found.value > best && chosen.length > 1,
      seconds: secondsSince(startedAt),
      givenUp,
    };
  } finally {
    for (const { model } of slots.flat()) model.dispose();
  }
}

interface Setting {
  readonly trial: FinishedTrial;
  readonly model: Model;
}

/** The best setting of each family, then the others. Skips settings that were not kept and cannot be fitted in time. */
function modelsOf(input: BlendInput, candidates: readonly BlendSlot[], givenUp: string[]): Setting[][] {
  const slots: Setting[][] = candidates.map(() => []);
  // One family alone cannot be blended.
  if (candidates.length < 2) return [];
  const rounds = Math.max(...candidates.map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    for (const [at, candidate] of candidates.entries()) {
      const trial = candidate[round];
      if (!trial) continue;
      const model =
        input.kept.find(trial.number, input.kernels) ?? fitAgain(input, trial, round > 0, givenUp);
      if (model) slots[at]?.push({ trial, model });
    }
  }
  return slots.filter(({ length }) => length > 0);
}

/** The model of the trial itself if it was kept, in its stored form. */
function fitAgain(
  { context: { seed, split }, deadline, kernels, progress }: BlendInput,
  { number, algorithm, params }: FinishedTrial,
  isAlternative: boolean,
  givenUp: string[],
): Model | null {
  const { seconds } = estimateFit(shapeOf(split.train), algorithm, params);
  if (isAlternative && seconds > DEAREST_ALTERNATIVE_SECONDS) return null;
  if (deadline !== null && Date.now() >= deadline) {
    givenUp.push(`Trial ${number} (${algorithm}) was not fitted again for the blend.`);
    return null;
  }
  const { model } = fitModel({
    algorithm,
    params,
    train: split.train,
    kernels,
    seed: seed + number,
    progress,
  });
  try {
    return algorithmOf(algorithm).decode(model.encode(), kernels);
  } finally {
    model.dispose();
  }
}

/** Share of the remaining time for scoring users. Trying weights on the scores takes less. */
const SCORING_SHARE = 0.6;

function weigh(
  { context: { split, users, metric, cutoff, seed }, deadline, progress }: BlendInput,
  slots: readonly (readonly Setting[])[],
  givenUp: string[],
): BlendWeights {
  progress.stage("Blending");
  const now = Date.now();
  const scoringDeadline = deadline === null ? null : now + SCORING_SHARE * (deadline - now);
  const steps = chooseBlendWeights({
    slots: slots.map((slot) => slot.map(({ model }) => model)),
    ...{ seen: split.train, heldout: rowsOnly(split.validation, users), disliked: split.disliked },
    ...{ metric, cutoff, seed },
    maxUsers: users.length,
    isScoringTimeUp: () => scoringDeadline !== null && Date.now() >= scoringDeadline,
    isTimeUp: () => deadline !== null && Date.now() >= deadline,
  });
  let step = steps.next();
  for (; !step.done; step = steps.next()) progress.update(step.value.progress, "");
  const { isCut, measuredUsers } = step.value;
  if (isCut) givenUp.push(`The blend was weighed in the time there was, on ${measuredUsers} users.`);
  return step.value;
}
