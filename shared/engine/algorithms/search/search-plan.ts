import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";

/**
 * A parameter whose larger values make fits better and more expensive: the others are searched while it is small, and only then
 * it is raised.
 */
export interface Ladder {
  readonly param: string;
  readonly low: number;
  readonly high: number;
  /** Trials at the low value; the next trial is the best of them raised to the high value, where all further ones stay. */
  readonly lowTrials: number;
  /** By what factor the best values of other parameters differ between low and high. */
  readonly shifts: Readonly<Record<string, number>>;
}

/** The search for an algorithm's parameters on given data, by their own names. Absent fields are as usual. */
export interface SearchPlan {
  /** Other ranges than the definition's. */
  readonly ranges?: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
  /** Other starting points than the definition's. */
  readonly starts?: readonly AlgorithmParams[];
  readonly ladder?: Ladder;
  /** Parameters with a fixed value, if the data need another one than the default. */
  readonly fixed?: AlgorithmParams;
}

/** @param budget Number of trials of the algorithm; undefined without a limit. */
export type PlanSearch = (userItems: CsrMatrix, budget: number | undefined) => SearchPlan;
