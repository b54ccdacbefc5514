/** Code that trials and final evaluations share: starting a fit from raw parameters, and measuring a model in steps. */

import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { FitTask, Model } from "../../algorithms/fit/algorithm.ts";
import { fitInputOf } from "../../algorithms/fit/fit-input.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { SideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { createEvaluation, type Evaluation, type EvaluationResult } from "../../evaluate/evaluation.ts";
import type { EvaluationInput } from "../../evaluate/evaluation-input.ts";
import { askedByProfile } from "../../evaluate/user-ranker.ts";
import type { Kernels } from "../../kernels/kernels.ts";

/** A piece of work was done, at most about 10 ms. */
export interface WorkStep {
  readonly type: "work";
  /** Share of the whole that is done, 0 … 1. */
  readonly progress: number;
}

export interface FitRequest {
  readonly algorithm: AlgorithmName;
  /** By the algorithm's own names; missing parameters get their defaults. */
  readonly params: AlgorithmParams;
  readonly userItems: CsrMatrix;
  readonly features?: SideFeatures | undefined;
  readonly sequences?: Sequences | undefined;
  /** See `FitInput.sessions`. */
  readonly sessions?: Sequences | undefined;
  readonly kernels: Kernels;
  readonly seed: number;
}

/** Begins a fit. Throws `BAD_PARAMETER` with all problems of the parameters. */
export function beginFit(request: FitRequest): FitTask {
  return algorithmOf(request.algorithm).begin(fitInputOf(request), requireParsed(request));
}

/** Continues from a checkpoint of the same fit. */
export function resumeFit(request: FitRequest, checkpoint: readonly Section[]): FitTask {
  return algorithmOf(request.algorithm).resume(fitInputOf(request), requireParsed(request), checkpoint);
}

function requireParsed({ algorithm, params }: FitRequest): AlgorithmParams {
  const parsed = parseParams(algorithm, params);
  if (parsed.ok) return parsed.params;
  throw new EngineError("BAD_PARAMETER", parsed.problems.map(({ message }) => message).join(" "));
}

/** Whether the number of epochs is a parameter of the algorithm, which early stopping can learn. */
export function hasEpochs(algorithm: AlgorithmName): boolean {
  return algorithmOf(algorithm).epochs !== null;
}

/** Evaluates a model, yielding the share of measured users after each step, and always disposes of the model. */
export function* evaluateInSteps(
  model: Model,
  input: Omit<EvaluationInput, "model">,
): Generator<number, EvaluationResult> {
  let evaluation: Evaluation | undefined;
  try {
    evaluation = createEvaluation({ ...input, model: input.queries ? askedByProfile(model) : model });
    while (!evaluation.done) {
      evaluation.step();
      yield evaluation.progress;
    }
    return evaluation.result();
  } finally {
    evaluation?.dispose();
    model.dispose();
  }
}
