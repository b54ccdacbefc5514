/** Measured rates of one processor. */
import type { FitShape } from "./fit-shape.ts";

/** An update of a sum in an item-to-item matrix. */
export const SECONDS_PER_UPDATE = 3e-9;
/** An entry that is chosen and kept. */
export const SECONDS_PER_KEPT = 1.4e-7;
/** A multiply-add of a dense or sparse product. */
export const SECONDS_PER_FLOP = 5e-11;
/** A coordinate of a stochastic gradient. */
export const SECONDS_PER_SAMPLE = 3.5e-9;
/** A factor of an item that is quantised or rotated. */
export const SECONDS_PER_FACTOR = 2e-8;

/** Work that passes once over the interactions. */
export const passSeconds = ({ interactions }: FitShape): number => 5e-8 * interactions;
