import type { AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../kernels/kernels.ts";
import { requireParams } from "./fit-guards.ts";

/** Conjugate-gradient steps of each row in each half-epoch, warm-started from the row's last vector. */
export const CG_STEPS = 3;
/** Steps when a profile is folded in without Cholesky: from zero, so more of them. */
export const FOLD_IN_CG_STEPS = 15;
/** Standard deviation of the initial factors, times √dim. */
export const INIT_SCALE = 0.1;

/** Hyperparameters of iALS in the paper's symbols (Rendle et al. 2021, "Revisiting the Performance of iALS"). */
export interface IalsConfig {
  readonly dim: number;
  /** Row length of factors in kernel memory. */
  readonly stride: number;
  readonly alpha0: number;
  readonly reg: number;
  readonly nu: number;
  /** Confidence is ln(1 + weight / epsilon) when set, the weight itself otherwise. */
  readonly isLogScaled: boolean;
  readonly epsilon: number;
  readonly epochs: number;
}

export function ialsConfig(raw: AlgorithmParams): IalsConfig {
  const params = requireParams("IALS", raw);
  return {
    dim: params.n_components,
    stride: paddedDim(params.n_components),
    alpha0: params.alpha0,
    reg: params.reg,
    nu: params.nu,
    isLogScaled: params.confidence_scaling === "log",
    epsilon: params.epsilon,
    epochs: params.train_epochs,
  };
}

/** λ of one row: reg · (α₀ · otherCount + N)^ν, N its interactions and otherCount the rows of the other side. */
export function ridgeOf(config: IalsConfig, otherCount: number, interactionCount: number): number {
  return config.reg * (config.alpha0 * otherCount + interactionCount) ** config.nu;
}

/** The c of the loss for each weight; the weights themselves when they are not scaled. */
export function confidencesOf(config: IalsConfig, weights: Float32Array): Float32Array {
  return config.isLogScaled ? weights.map((weight) => Math.log1p(weight / config.epsilon)) : weights;
}
