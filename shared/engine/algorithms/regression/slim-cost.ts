import { ELASTIC_NET_LANES } from "../../kernels/descent/calls.ts";
import { type FitCost, matrixBytes, sizeOf } from "../cost/fit-cost.ts";
import { keptEntries, pairUpdatesOf } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FLOP } from "../cost/rates.ts";
import { neighbourSeconds, packedBytes, rowWorkspace } from "../item-knn/similarity-cost.ts";

export const SLIM_COST: FitCost = {
  phases(shape, params) {
    const { users, items, interactions } = shape;
    const lanes = 4 * ELASTIC_NET_LANES * (users + items);
    const kept = 8 * keptEntries(shape, sizeOf(params, "top_k"));
    return [
      { js: kept, kernels: lanes + matrixBytes(items, interactions) },
      { js: 3 * kept, kernels: kept },
    ];
  },
  storedBytes: (shape, params) => 8 * keptEntries(shape, sizeOf(params, "top_k")),
  seconds: (shape) => passSeconds(shape) + SECONDS_PER_FLOP * 100 * pairUpdatesOf(shape),
};

export const SPARSE_SLIM_COST: FitCost = {
  /** First the neighbours are chosen, then each column is solved exactly over its neighbours. */
  phases(shape, params) {
    const topK = sizeOf(params, "top_k");
    const { users, items, interactions } = shape;
    const packed = packedBytes(shape, topK);
    const lists = 10 * keptEntries(shape, topK) + 8 * items;
    const hasFeatureRows = sizeOf(params, "feature_weight") > 0 && shape.features !== undefined;
    // Copies of the interactions with the features below them, by user and by item.
    const stacked = hasFeatureRows ? 16 * (interactions + (shape.features?.entries ?? 0)) : 0;
    return [
      { js: stacked + 8 * interactions + 32 * items + 2 * packed, kernels: rowWorkspace(shape) },
      {
        js: stacked + 8 * interactions + 24 * items + packed + lists,
        kernels: matrixBytes(items, interactions) + 8 * users,
      },
    ];
  },
  storedBytes: (shape, params) => packedBytes(shape, sizeOf(params, "top_k")),
  seconds: neighbourSeconds,
};
