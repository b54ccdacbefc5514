import type { FitCost } from "../cost/fit-cost.ts";
import { orderedRowsOf, placesOf } from "../cost/fit-shape.ts";
import { passSeconds } from "../cost/rates.ts";
import { SESSION_ROOM } from "./session-index.ts";

/** Bringing an interaction into the order of time. */
const SECONDS_PER_SORTED = 3e-7;

export const SESSION_COST: FitCost = {
  phases(shape) {
    // Sessions and their order, their index with its cursors, weights and what a request met.
    return [{ js: 16 * placesOf(shape) + 20 * orderedRowsOf(shape) + 21 * shape.items, kernels: 0 }];
  },
  // Rows that are left out stay, empty.
  storedBytes: (shape) => 4 * Math.min(SESSION_ROOM.places, placesOf(shape)) + 4 * orderedRowsOf(shape),
  seconds: (shape) => 3 * passSeconds(shape) + SECONDS_PER_SORTED * placesOf(shape),
};
