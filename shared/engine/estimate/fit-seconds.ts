import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../kernels/kernels.ts";
import { type FitPart, partsOf } from "./blend-parts.ts";
import { type FitShape, keptEntries, pairUpdatesOf } from "./fit-shape.ts";

/** Measured rates of one processor: updates of a sum of an item-to-item matrix, and multiply-adds of dense and sparse products. */
const SECONDS_PER_UPDATE = 3e-9;
const SECONDS_PER_KEPT = 1.4e-7;
const SECONDS_PER_FLOP = 5e-11;
const SECONDS_PER_SAMPLE = 3.5e-9;
/** Everything that goes once over the interactions. */
const SECONDS_PER_INTERACTION = 5e-8;

/** How long a fit will take, roughly: from operation counts and rates, within a factor of two on one processor of a common server. */
export function fitSeconds(shape: FitShape, algorithm: AlgorithmName, params: AlgorithmParams): number {
  return partsOf(algorithm, params).reduce((sum, part) => {
    return sum + SECONDS_PER_INTERACTION * shape.interactions + workOf(shape, part);
  }, 0);
}

function workOf(shape: FitShape, { name, params }: FitPart): number {
  const { users, items, interactions } = shape;
  const dim = Number(params.n_components ?? 0);
  const stride = paddedDim(Math.max(1, dim));
  const epochs = Number(params.train_epochs ?? 1);
  switch (name) {
    case "TopPop":
    case "Trending":
    case "CosineUserKNN":
    case "AsymmetricCosineUserKNN":
      return 0;
    case "IALS": {
      // The first residual and two steps on both sides, both turned twice, two Gram matrices and their eigenvectors.
      const rows = 20 * interactions * stride + 5 * (users + items) * stride ** 2;
      return SECONDS_PER_FLOP * epochs * (rows + 600 * stride ** 3) + 2e-8 * items * dim;
    }
    case "BPR":
      return SECONDS_PER_SAMPLE * epochs * interactions * stride;
    case "NMF":
      return SECONDS_PER_FLOP * 20 * (8 * interactions * stride + 2 * (users + items) * stride ** 2);
    case "TruncatedSVD":
      return (
        SECONDS_PER_FLOP * 6 * (8 * interactions * stride + 4 * items * stride ** 2) + 2e-8 * items * dim
      );
    case "GFCF": {
      const turns = Math.max(6, Math.min(64, Math.ceil(512 / Math.max(1, dim))));
      return (
        SECONDS_PER_FLOP * turns * (4 * interactions * stride + 4 * items * stride ** 2) + 2e-8 * items * dim
      );
    }
    case "DenseSLIM":
    case "EDLAE":
      return SECONDS_PER_UPDATE * pairUpdatesOf(shape) + SECONDS_PER_FLOP * items ** 3;
    case "SLIM":
      return SECONDS_PER_FLOP * 100 * pairUpdatesOf(shape);
    default: {
      const kept = keptEntries(
        shape,
        params.top_k === null ? Number.POSITIVE_INFINITY : Number(params.top_k ?? 0),
      );
      return SECONDS_PER_UPDATE * pairUpdatesOf(shape) + SECONDS_PER_KEPT * kept;
    }
  }
}
