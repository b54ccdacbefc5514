import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/algorithm.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { blendCandidates, blendParams } from "#engine/tune/blend-candidates.ts";
import { chooseBlendWeights } from "#engine/tune/blend-weights.ts";
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

/** Blends models of the best families with weights chosen on validation; null when there are no two families. */
export function tryBlend(
  context: TrialContext,
  trials: readonly FinishedTrial[],
  kernels: Kernels,
  progress: Progress,
): BlendOutcome | null {
  const slots = blendCandidates(trials);
  if (slots.length < 2) return null;
  const startedAt = performance.now();
  const models: Model[][] = [];
  try {
    for (const slot of slots) {
      const fitted: Model[] = [];
      models.push(fitted);
      for (const { algorithm, params } of slot) {
        const { seed, split } = context;
        fitted.push(fitModel({ algorithm, params, train: split.train, kernels, seed, progress }).model);
      }
    }
    const { parts, value } = weigh(context, models, progress);
    const chosen = parts.flatMap(({ alternative, weight }, at) => {
      const trial = slots[at]?.[alternative];
      return trial && weight > 0 ? [{ ...trial, weight }] : [];
    });
    const best = Math.max(...trials.map((trial) => (trial.state === "COMPLETE" ? (trial.value ?? 0) : 0)));
    return {
      parts: chosen.map(({ number, algorithm, weight }) => ({ trial: number, algorithm, weight })),
      params: blendParams(chosen),
      value,
      isBetter: value > best && chosen.length > 1,
      seconds: secondsSince(startedAt),
    };
  } finally {
    for (const model of models.flat()) model.dispose();
  }
}

function weigh(
  { split, users, metric, cutoff, seed }: TrialContext,
  slots: readonly (readonly Model[])[],
  progress: Progress,
) {
  progress.stage("Blending");
  const steps = chooseBlendWeights({
    slots,
    ...{ seen: split.train, heldout: rowsOnly(split.validation, users), metric, cutoff, seed },
    maxUsers: users.length,
  });
  let step = steps.next();
  for (; !step.done; step = steps.next()) progress.update(step.value.progress, "");
  return step.value;
}
