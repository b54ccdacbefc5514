import type { AlgorithmParams } from "#contract/algorithms.ts";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type BlendSlot, blendCandidates, blendParams } from "#engine/tune/blend/blend-candidates.ts";
import { type BlendWeights, chooseBlendWeights } from "#engine/tune/blend/blend-weights.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { rowsOnly } from "#engine/tune/plan/validation-sample.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { Progress } from "../terminal/progress.ts";
import type { KeptModels } from "./kept-models.ts";
import { fitModel, secondsSince } from "./measure.ts";
import { SectionFile } from "./section-file.ts";
import { type BlendedTrial, type PartWeights, weighColdSegments } from "./segment-weights.ts";
import type { TrialContext } from "./trial-work.ts";

export interface BlendOutcome {
  /** The blended trials, and the weight of each. */
  readonly parts: readonly ({ readonly trial: number; readonly algorithm: string } & PartWeights)[];
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
  /** Whether new items and people get weights of their own. A study that measures trials on these has theirs already. */
  readonly weighsSegments: boolean;
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
  const refitted: Refitted = new Map();
  try {
    const slots = settingsOf(input, blendCandidates(trials), refitted, givenUp);
    if (slots.length < 2) return null;
    const found = weigh(input, slots, refitted, givenUp);
    const chosen: BlendedTrial[] = found.parts.flatMap(({ alternative, ...weights }, at) => {
      const trial = slots[at]?.[alternative];
      return trial && weights.weight > 0 ? [{ trial, ...weights }] : [];
    });
    // Values compare on the same users only.
    const rivals = found.isCut
      ? found.alone.flat()
      : trials.map(({ state, value }) => (state === "COMPLETE" ? (value ?? 0) : 0));
    const best = Math.max(...rivals);
    const isBetter = found.value > best && chosen.length > 1;
    const parts = isBetter && input.weighsSegments ? weighColdSegments(input, chosen, givenUp) : chosen;
    return {
      parts: parts.map(({ trial: { number, algorithm }, ...weights }) => ({
        trial: number,
        algorithm,
        ...weights,
      })),
      params: blendParams(parts.map(({ trial, ...weights }) => ({ ...trial, ...weights }))),
      value: found.value,
      isBetter,
      seconds: secondsSince(startedAt),
      givenUp,
    };
  } finally {
    for (const file of refitted.values()) file.close();
    input.kept.close();
  }
}

/** Models of trials that were not kept, by the trials' numbers. */
type Refitted = Map<number, SectionFile>;

/** The best setting of each family, then the others. Skips settings that were not kept and cannot be fitted in time. */
function settingsOf(
  input: BlendInput,
  candidates: readonly BlendSlot[],
  refitted: Refitted,
  givenUp: string[],
): FinishedTrial[][] {
  const slots: FinishedTrial[][] = candidates.map(() => []);
  // One family alone cannot be blended.
  if (candidates.length < 2) return [];
  const rounds = Math.max(...candidates.map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    for (const [at, candidate] of candidates.entries()) {
      const trial = candidate[round];
      if (!trial) continue;
      if (!input.kept.has(trial.number)) {
        const file = fitAgain(input, trial, round > 0, givenUp);
        if (!file) continue;
        refitted.set(trial.number, file);
      }
      slots[at]?.push(trial);
    }
  }
  return slots.filter(({ length }) => length > 0);
}

/** Fits the model of a trial again; its stored form. */
function fitAgain(
  { context: { seed, split }, deadline, kernels, progress }: BlendInput,
  { number, algorithm, params }: FinishedTrial,
  isAlternative: boolean,
  givenUp: string[],
): SectionFile | null {
  const { seconds } = estimateFit(shapeOf(split.train, split.features, split), algorithm, params);
  if (isAlternative && seconds > DEAREST_ALTERNATIVE_SECONDS) return null;
  if (deadline !== null && Date.now() >= deadline) {
    givenUp.push(`Trial ${number} (${algorithm}) was not fitted again for the blend.`);
    return null;
  }
  const { model } = fitModel({
    algorithm,
    params,
    ...{ train: split.train, features: split.features },
    ...{ sequences: split.sequences, sessions: split.sessions },
    kernels,
    seed: seed + number,
    progress,
  });
  try {
    return new SectionFile(model.encode());
  } finally {
    model.dispose();
  }
}

/** Share of the remaining time for scoring users. Trying weights on the scores takes less. */
const SCORING_SHARE = 0.6;

function weigh(
  input: BlendInput,
  slots: readonly (readonly FinishedTrial[])[],
  refitted: Refitted,
  givenUp: string[],
): BlendWeights {
  const { context, deadline, progress } = input;
  const { split, users, metric, cutoff, seed } = context;
  progress.stage("Blending");
  const startedAt = Date.now();
  const scoringMs = deadline === null ? Number.POSITIVE_INFINITY : SCORING_SHARE * (deadline - startedAt);
  const steps = chooseBlendWeights({
    slots: slots.map(({ length }) => length),
    ...{ seen: split.train, heldout: rowsOnly(split.validation, users), disliked: split.disliked },
    ...{ candidates: split.validationItems, queries: split.queries },
    userFeatures: split.features?.users,
    ...{ metric, cutoff, seed },
    maxUsers: users.length,
    scoringTimeSpent: () => (scoringMs > 0 ? (Date.now() - startedAt) / scoringMs : 1),
    isTimeUp: () => deadline !== null && Date.now() >= deadline,
  });
  const found = runToEnd(steps, (step) => {
    if (step.type === "open") return open(input, slots[step.slot]?.[step.alternative], refitted);
    progress.update(step.progress, "");
    return undefined;
  });
  const { isCut, measuredUsers } = found;
  if (isCut) givenUp.push(`The blend was weighed in the time there was, on ${measuredUsers} users.`);
  return found;
}

function open({ kept, kernels }: BlendInput, trial: FinishedTrial | undefined, refitted: Refitted): Model {
  const file = trial && refitted.get(trial.number);
  const model = file
    ? algorithmOf(trial.algorithm).decode(file.read(), kernels)
    : trial && kept.find(trial.number, kernels);
  if (!model) throw new RangeError(`The model of trial ${trial?.number} is gone.`);
  return model;
}
