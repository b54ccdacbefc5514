import type { FitCost } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds } from "../cost/rates.ts";
import { MOST_ENTRIES } from "./weigh-rows.ts";

/** Features of an item; the table is not known here. Titles, a few tags and numbers make 10 to 40. */
const FEATURES_PER_ITEM = 32;
/** Weighing a feature, and its place in the index: estimated, not measured. */
const SECONDS_PER_ENTRY = 1.5e-7;

const entriesOf = ({ items }: FitShape): number => Math.min(MOST_ENTRIES, FEATURES_PER_ITEM * items);

export const CONTENT_COST: FitCost = {
  // Rows while they are weighed and as kept, and the index.
  phases: (shape) => [{ js: 24 * entriesOf(shape) + 28 * shape.items, kernels: 0 }],
  storedBytes: (shape) => 8 * entriesOf(shape) + 8 * shape.items,
  seconds: (shape) => passSeconds(shape) + SECONDS_PER_ENTRY * entriesOf(shape),
};
