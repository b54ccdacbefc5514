/** The weights of a blend for new items and new people, tuned on some that are kept out of the training part. */
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { chooseBlendWeights } from "#engine/tune/blend/blend-weights.ts";
import {
  COLD_SEGMENT_SCHEMES,
  type ColdSegment,
  coldCandidates,
  coldSegmentsOf,
  coldValidation,
} from "#engine/tune/blend/cold-weights.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { rowsOnly, validationSample } from "#engine/tune/plan/validation-sample.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { Progress } from "../terminal/progress.ts";
import { fitModel } from "./measure.ts";
import type { TrialContext } from "./trial-work.ts";

export interface PartWeights {
  /** For known items and people. */
  readonly weight: number;
  /** By which it grows with what is known of somebody. */
  readonly lengthPower: number;
  /** For new ones; undefined where the tables tell nothing of them. */
  readonly coldItems?: number;
  readonly coldUsers?: number;
}

/** A trial whose algorithm is part of the blend. */
export interface BlendedTrial extends PartWeights {
  readonly trial: FinishedTrial;
}

export interface SegmentsInput {
  readonly context: TrialContext;
  readonly trials: readonly FinishedTrial[];
  /** As that of the blend. */
  readonly deadline: number | null;
  readonly kernels: Kernels;
  readonly progress: Progress;
}

/**
 * The parts with weights for the segments that the tables tell of. A part that speaks of newcomers alone may be added, with a weight of 0
 * for known items and people.
 *
 * @param givenUp Receives a sentence for each segment that there is no time for: it has the weights of known ones.
 */
export function weighColdSegments(
  input: SegmentsInput,
  chosen: readonly BlendedTrial[],
  givenUp: string[],
): readonly BlendedTrial[] {
  const { split } = input.context;
  const segments = coldSegmentsOf(split.features);
  if (segments.length === 0) return chosen;
  const candidates = coldCandidates(
    chosen.map(({ trial }) => trial),
    input.trials,
  );
  const weights = new Map<ColdSegment, readonly number[] | null>();
  for (const segment of segments) weights.set(segment, weighSegment(input, segment, candidates, givenUp));
  const weightIn = (segment: ColdSegment, at: number) => weights.get(segment)?.[at] ?? 0;
  return candidates.flatMap((trial, at) => {
    const part = {
      trial,
      weight: chosen[at]?.weight ?? 0,
      lengthPower: chosen[at]?.lengthPower ?? 0,
      coldItems: weightIn("coldItems", at),
      coldUsers: weightIn("coldUsers", at),
    };
    return part.weight + part.coldItems + part.coldUsers > 0 ? [part] : [];
  });
}

/** A weight for each candidate; null where there is no time, or are too few rows. */
function weighSegment(
  { context, deadline, kernels, progress }: SegmentsInput,
  segment: ColdSegment,
  candidates: readonly FinishedTrial[],
  givenUp: string[],
): readonly number[] | null {
  const { split, metric, cutoff, seed } = context;
  const rows = coldValidation(split.train, segment, seed);
  if (!rows) return null;
  const scheme = COLD_SEGMENT_SCHEMES[segment];
  const isTimeUp = () => deadline !== null && Date.now() >= deadline;
  const models = new Map<number, Model>();
  const take = (slot: number): Model => {
    const known = models.get(slot);
    if (known) return known;
    const { algorithm, params, number } = candidates[slot] as FinishedTrial;
    const order = { algorithm, params, train: rows.train, features: split.features, kernels, progress };
    const { model } = fitModel({ ...order, seed: seed + number });
    models.set(slot, model);
    return model;
  };
  try {
    for (const slot of candidates.keys()) {
      if (isTimeUp()) {
        givenUp.push(`The blend has no weights of its own for ${scheme.replace("-", " ")}.`);
        return null;
      }
      take(slot);
    }
    progress.stage(`Weighing ${scheme.replace("-", " ")}`);
    const users = validationSample(rows.heldout, seed);
    const steps = chooseBlendWeights({
      slots: candidates.map(() => 1),
      ...{ seen: rows.train, heldout: rowsOnly(rows.heldout, users), disliked: split.disliked },
      ...{ candidates: rows.candidates, userFeatures: split.features?.users, metric, cutoff, seed, isTimeUp },
    });
    const found = runToEnd(steps, (step) => {
      if (step.type === "work") progress.update(step.progress, "");
      // The models stay this function's own until the end: each is opened twice.
      return step.type === "open" ? { ...scoringOf(take(step.slot)), dispose() {} } : undefined;
    });
    return found.parts.map(({ weight }) => weight);
  } finally {
    for (const model of models.values()) model.dispose();
  }
}

function scoringOf(model: Model) {
  const { itemCount, blocks, readsUserFeatures } = model;
  return {
    itemCount,
    ...(blocks && { blocks }),
    ...(readsUserFeatures && { readsUserFeatures }),
    scoreUserInto: model.scoreUserInto.bind(model),
  };
}
