import { EngineError } from "../engine-error.ts";

/**
 * How repeats of a (user, item) pair are merged:
 * - sum their weights are added
 * - last the weight of the newest, of equally new ones the largest; without times, the weight of the last in the file
 * - max the largest weight
 * - binary every pair weighs 1, repeated or not
 *
 * A pair that weighs zero or below after that is a dislike.
 */
export const DUPLICATE_RULES = ["sum", "last", "max", "binary"] as const;

export type DuplicateRule = (typeof DUPLICATE_RULES)[number];

/** How rows become entries of a dataset. */
export interface DatasetRules {
  /** `sum` by default. In every case the newest time is kept. */
  readonly duplicates?: DuplicateRule;
  /**
   * An interaction's weight halves for every period of this many milliseconds before the reference time (see `timeLandmarks`);
   * needs times.
   */
  readonly halfLifeMs?: number;
  /** The most that a (user, item) pair weighs after its repeats are merged. */
  readonly maxWeight?: number;
  /** A pair weighs at most this quantile of the weights above 0 of all pairs: the least weight that this share of them does not exceed. */
  readonly capQuantile?: number;
}

/** Throws `BAD_PARAMETER` for impossible rules. */
export function assertDatasetRules(
  { duplicates, halfLifeMs, maxWeight, capQuantile }: DatasetRules,
  hasTimes: boolean,
): void {
  if (duplicates !== undefined && !DUPLICATE_RULES.includes(duplicates)) {
    throw new EngineError(
      "BAD_PARAMETER",
      `Duplicates are one of ${DUPLICATE_RULES.join(", ")}, not "${duplicates}".`,
    );
  }
  if (maxWeight !== undefined && !(maxWeight > 0)) {
    throw new EngineError("BAD_PARAMETER", "The most that a pair weighs must be above 0.");
  }
  if (capQuantile !== undefined && !(capQuantile > 0 && capQuantile <= 1)) {
    throw new EngineError("BAD_PARAMETER", "The quantile of a cap must be above 0 and at most 1.");
  }
  if (halfLifeMs === undefined) return;
  if (!(halfLifeMs > 0)) throw new EngineError("BAD_PARAMETER", "A half-life must be above 0.");
  if (!hasTimes) throw new EngineError("BAD_PARAMETER", "A half-life needs a time column.");
}
