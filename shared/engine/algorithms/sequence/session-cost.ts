import type { FitCost } from "../cost/fit-cost.ts";
import { passSeconds } from "../cost/rates.ts";

/** Bringing an interaction into the order of time. */
const SECONDS_PER_SORTED = 3e-7;

export const SESSION_COST: FitCost = {
  phases({ users, items, interactions }) {
    // Sessions and their order, their index with its cursors, weights and places of a request.
    return [{ js: 16 * interactions + 20 * users + 20 * items, kernels: 0 }];
  },
  storedBytes: ({ users, interactions }) => 4 * interactions + 4 * users,
  seconds: (shape) => 3 * passSeconds(shape) + SECONDS_PER_SORTED * shape.interactions,
};
