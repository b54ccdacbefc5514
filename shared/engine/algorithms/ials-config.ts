import type { AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../kernels/kernels.ts";
import { requireParams } from "./fit-guards.ts";

/** Conjugate-gradient steps of each row in each half-epoch, warm-started from the row's last vector. */
export const CG_STEPS = 3;
/** Steps when a profile is folded in without Cholesky: from zero, so more of them. */
export const FOLD_IN_CG_STEPS = 15;
/** Standard deviation of the initial factors, times √dim. */
export const INIT_SCALE = 0.1;

/** The loss in the paper's symbols (Rendle et al. 2021, "Revisiting the Performance of iALS"): all that folding in needs. */
export interface IalsLoss {
  readonly dim: number;
  /** Row length of factors in kernel memory. */
  readonly stride: number;
  readonly alpha0: number;
  readonly reg: number;
  readonly nu: number;
  /** Confidence is ln(1 + weight / epsilon) when set, the weight itself otherwise. */
  readonly isLogScaled: boolean;
  readonly epsilon: number;
}

/** How a row is solved: a few conjugate-gradient steps from where it stands, exactly by Cholesky, or block by block (iALS++). */
export type IalsSolver = "cg" | "cholesky" | "subspace";
/** Coordinates that the subspace solver takes together; of 32, 64 and 128 the fastest to equal quality. */
export const SUBSPACE_BLOCK = 32;

export interface IalsConfig extends IalsLoss {
  /** "auto": for each side, the solver that is faster for its density and the dim. */
  readonly solver: IalsSolver | "auto";
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
    solver: params.solver,
    epochs: params.train_epochs,
  };
}

/** λ of one row: reg · (α₀ · otherCount + N)^ν, N its interactions and otherCount the rows of the other side. */
export function ridgeOf(config: IalsLoss, otherCount: number, interactionCount: number): number {
  return config.reg * (config.alpha0 * otherCount + interactionCount) ** config.nu;
}

/** The c of the loss for each weight; the weights themselves when they are not scaled. */
export function confidencesOf(config: IalsLoss, weights: Float32Array): Float32Array {
  return config.isLogScaled ? weights.map((weight) => Math.log1p(weight / config.epsilon)) : weights;
}

/** Cholesky's square roots and divisions for one column, in multiply-adds at full speed. */
const PIVOT_COST = 100;

/**
 * The faster of two solvers for rows with so many interactions on average, by operations. Both reach the same quality. The subspace
 * solver is never it: at 256 components it learns as much an epoch as conjugate gradients, but an epoch of Gowalla takes
 * 3.9 processor seconds to their 1.6, one of a million interactions 1.0 to 0.4.
 */
export function fasterSolver(stride: number, meanInteractionCount: number): IalsSolver {
  const conjugateGradient = (CG_STEPS + 1) * (4 * meanInteractionCount * stride + 2 * stride ** 2);
  const cholesky = meanInteractionCount * stride * (stride + 8) + stride ** 3 / 3 + PIVOT_COST * stride;
  return cholesky < conjugateGradient ? "cholesky" : "cg";
}
