import { ials } from "#contract/algorithms/ials.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { convertedRows, type RowReader, rowsOf } from "../../data/row-reader.ts";
import { EngineError } from "../../engine-error.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { chooseFor, type DataDefaults, readChosen } from "./data-defaults.ts";

/** Conjugate-gradient steps of each row in each half-epoch, warm-started from the row's last vector. */
export const CG_STEPS = 3;
/** The same with the Gram matrix as preconditioner: two such steps learn as much an epoch as three without. */
export const PRECONDITIONED_STEPS = 2;
/** Steps when a profile is folded in without Cholesky: from zero, so more of them. */
export const FOLD_IN_CG_STEPS = 15;
/** Standard deviation of the initial factors, times √dim. */
export const INIT_SCALE = 0.1;

/**
 * The loss in the paper's symbols (Rendle et al. 2021, "Revisiting the Performance of iALS"): everything that folding in needs.
 */
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

/**
 * How a row is solved: by a few conjugate-gradient steps from its current vector, exactly by Cholesky, or block by block
 * (iALS++). The steps may be taken in the basis in which the Gram matrix is diagonal and serves as preconditioner.
 */
export type IalsSolver = "cg" | "preconditioned" | "cholesky" | "subspace";
/** Coordinates that the subspace solver solves together; the fastest of 32, 64 and 128 to equal quality. */
export const SUBSPACE_BLOCK = 32;

export interface IalsConfig extends IalsLoss {
  /** "auto": for each side, the solver that is faster for its density and the dim. */
  readonly solver: IalsSolver | "auto";
  readonly epochs: number;
}

/**
 * @param userItems Decides what the parameters leave to the data.
 * @param checkpoint Of a fit that continues, with what was decided at its begin.
 */
export function ialsConfig(
  raw: AlgorithmParams,
  userItems: CsrMatrix,
  checkpoint?: readonly Section[],
): IalsConfig {
  return ialsConfigOf(raw, () => defaultsOf(userItems, checkpoint));
}

/** Whether a fit with these parameters asks the data about weights, and not about their number alone. */
export function asksForWeights(raw: AlgorithmParams): boolean {
  return requireParams(ials.name, raw).confidence_scaling === "auto";
}

/** @param choose What suits the data, asked for only if the parameters leave something to them. */
export function ialsConfigOf(raw: AlgorithmParams, choose: () => DataDefaults): IalsConfig {
  const params = requireParams(ials.name, raw);
  const loss = lossBy(params, choose);
  if (params.solver === "preconditioned" && !(loss.alpha0 > 0 && loss.reg > 0)) {
    throw new EngineError("BAD_PARAMETER", "The solver preconditioned needs alpha0 and reg above 0.");
  }
  return { ...loss, solver: params.solver, epochs: params.train_epochs };
}

interface LossParams {
  readonly n_components: number;
  readonly alpha0: number | null;
  readonly reg: number;
  readonly nu: number;
  readonly confidence_scaling: "auto" | "none" | "log";
  readonly epsilon: number;
}

/** The parameters of the loss, of iALS and of iALS with features; what is left to the data is taken from them, or from the checkpoint. */
export function lossOf(params: LossParams, userItems: CsrMatrix, checkpoint?: readonly Section[]): IalsLoss {
  return lossBy(params, () => defaultsOf(userItems, checkpoint));
}

function defaultsOf(userItems: CsrMatrix, checkpoint?: readonly Section[]): DataDefaults {
  return checkpoint ? readChosen(checkpoint) : chooseFor(userItems);
}

function lossBy(params: LossParams, choose: () => DataDefaults): IalsLoss {
  const { n_components: dim, confidence_scaling: scaling, alpha0, epsilon } = params;
  const common = { dim, stride: paddedDim(dim), reg: params.reg, nu: params.nu };
  const said = { isLogScaled: scaling === "log", epsilon };
  if (alpha0 !== null && scaling !== "auto") return { ...common, alpha0, ...said };
  const chosen = choose();
  const readsChosen = scaling === "auto" && chosen.isLogScaled;
  return { ...common, ...(readsChosen ? chosen : said), alpha0: alpha0 ?? chosen.alpha0 };
}

/** λ of one row: reg · (α₀ · otherCount + N)^ν, N its interactions and otherCount the rows of the other side. */
export function ridgeOf(config: IalsLoss, otherCount: number, interactionCount: number): number {
  return config.reg * (config.alpha0 * otherCount + interactionCount) ** config.nu;
}

/** The c of the loss for each weight; the weights themselves when they are not scaled. */
export function confidencesOf(config: IalsLoss, weights: Float32Array): Float32Array {
  return config.isLogScaled ? weights.map((weight) => Math.log1p(weight / config.epsilon)) : weights;
}

/** The rows of a matrix with confidences in place of weights. They are computed as they are read, so that they take no memory. */
export function confidentRows(config: IalsLoss, matrix: CsrMatrix): RowReader {
  return config.isLogScaled
    ? convertedRows(matrix, (weights) => confidencesOf(config, weights))
    : rowsOf(matrix);
}

/** A side, or rows of it. */
export interface SideShape extends Pick<RowReader, "rowCount" | "columnCount"> {
  readonly entryCount: number;
}

/** Cholesky's square roots and divisions for one column, in multiply-adds at full speed. */
const PIVOT_COST = 100;
/** Eigenvectors of a matrix of size 1, in plain f64, in the same unit; it grows with the third power. */
export const EIGEN_COST = 300;
/** Of an epoch by conjugate gradients, at 256 components. */
const SUBSPACE_SHARE = 2.4;

/**
 * The fastest of three solvers for a side, by operations; all reach the same quality. It is never the subspace solver. At 256
 * components that learns as much an epoch as conjugate gradients, but an epoch of Gowalla takes 3.9 processor seconds instead of
 * 1.6.
 * @param side Rows = the side to solve.
 */
export function solverOf(config: IalsConfig, side: SideShape): IalsSolver {
  if (config.solver !== "auto") return config.solver;
  // Without a weight of the unobserved, or without a ridge, the preconditioner may not be positive.
  const solvers: IalsSolver[] =
    config.alpha0 > 0 && config.reg > 0 ? ["cg", "cholesky", "preconditioned"] : ["cg", "cholesky"];
  const costs = solvers.map((solver) => ({ solver, cost: solvingCost(config, solver, side) }));
  return costs.reduce((best, one) => (one.cost < best.cost ? one : best)).solver;
}

/** Multiply-adds that a solver takes for a side in one half-epoch, those of the Gram matrix not among them. */
export function solvingCost(
  { stride }: Pick<IalsConfig, "stride">,
  solver: Exclude<IalsConfig["solver"], "auto">,
  { rowCount, columnCount, entryCount }: SideShape,
): number {
  const products = entryCount * stride;
  const byGradients = (CG_STEPS + 1) * (4 * products + 2 * rowCount * stride ** 2);
  switch (solver) {
    case "cg":
      return byGradients;
    case "cholesky":
      return products * (stride + 8) + rowCount * (stride ** 3 / 3 + PIVOT_COST * stride);
    case "preconditioned": {
      const turning = 2 * (rowCount + columnCount) * stride ** 2 + EIGEN_COST * stride ** 3;
      return (4 * PRECONDITIONED_STEPS + 2) * products + turning;
    }
    case "subspace":
      return SUBSPACE_SHARE * byGradients;
  }
}
