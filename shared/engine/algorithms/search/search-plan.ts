import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";

/** A parameter by which fits get both better and dearer: the others are chosen while it is small, and only then it is raised. */
export interface Ladder {
  readonly param: string;
  readonly low: number;
  readonly high: number;
  /** Trials at the low value; the next one is the best of them raised to the high value, where all further ones stay. */
  readonly lowTrials: number;
  /** By what factor the best values of other parameters differ between low and high. */
  readonly shifts: Readonly<Record<string, number>>;
}

/** What the data say about where to search for an algorithm's parameters, by their own names. What is absent is as usual. */
export interface SearchPlan {
  /** Other ranges than the definition's. */
  readonly ranges?: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
  /** Other starting points than the definition's. */
  readonly starts?: readonly AlgorithmParams[];
  readonly ladder?: Ladder;
  /** Parameters that are not searched, where the data call for another value than the default. */
  readonly fixed?: AlgorithmParams;
}

/** @param budget Trials that the algorithm gets; undefined without a bound. */
export type PlanSearch = (userItems: CsrMatrix, budget: number | undefined) => SearchPlan;
