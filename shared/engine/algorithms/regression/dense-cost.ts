import { paddedDim } from "../../kernels/kernels.ts";
import { type FitCost, matrixBytes, sizeOf } from "../cost/fit-cost.ts";
import { pairUpdatesOf } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FLOP, SECONDS_PER_UPDATE } from "../cost/rates.ts";

export const DENSE_COST: FitCost = {
  phases({ users, items, interactions }, params) {
    const hasPowers = ["a", "b", "c"].some((name) => sizeOf(params, name) !== 0);
    // Scaled weights by item and by user, and a factor for each of them.
    const js = hasPowers ? 8 * interactions + 8 * users + 40 * items : 0;
    return [{ js, kernels: 4 * paddedDim(items) ** 2 + matrixBytes(users, interactions) + 4 * users }];
  },
  storedBytes: ({ items }) => 4 * items ** 2,
  seconds(shape) {
    const counting = SECONDS_PER_UPDATE * pairUpdatesOf(shape);
    return passSeconds(shape) + counting + SECONDS_PER_FLOP * shape.items ** 3;
  },
};
