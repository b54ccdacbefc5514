import { paddedDim } from "../../kernels/kernels.ts";
import type { FitCost } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FACTOR } from "../cost/rates.ts";

/** Numbers of a vector where no table is known: as many as 400,000 items may have in a Worker. */
const USUAL_DIM = 64;

const dimOf = ({ features }: FitShape): number => Math.max(1, features?.vectorDim ?? USUAL_DIM);

export const EMBEDDING_COST: FitCost = {
  // Vectors of the table and of the stored model; those of the fit, and the scores, in the kernels.
  phases: (shape) => [
    { js: 2 * (dimOf(shape) + 4) * shape.items, kernels: (paddedDim(dimOf(shape)) + 8) * shape.items },
  ],
  storedBytes: (shape) => (dimOf(shape) + 8) * shape.items,
  seconds: (shape) => passSeconds(shape) + SECONDS_PER_FACTOR * shape.items * dimOf(shape),
};
