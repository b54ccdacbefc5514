import type { AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { sizeOf, strideBytes } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";

/** Both sides' factors in the kernels. */
export function factorBytes({ users, items }: Pick<FitShape, "users" | "items">, dim: number): number {
  return strideBytes(dim) * (users + items);
}

/** Items' factors and a matrix of their size squared. */
export function storedFactorBytes(shape: FitShape, params: AlgorithmParams, isQuantized: boolean): number {
  return itemFactorBytes(shape, params, isQuantized) + 4 * dimOf(params) ** 2;
}

export function itemFactorBytes({ items }: FitShape, params: AlgorithmParams, isQuantized: boolean): number {
  const dim = dimOf(params);
  return (isQuantized ? dim + 4 : 4 * dim) * items;
}

export const dimOf = (params: AlgorithmParams): number => sizeOf(params, "n_components");

/** Length of a row of factors, padding included. */
export const strideOf = (params: AlgorithmParams): number => paddedDim(Math.max(1, dimOf(params)));
