import type { Dataset } from "../data/dataset.ts";
import { EngineError } from "../engine-error.ts";

/**
 * How interactions are chosen to be held out:
 *  - RG  at random, per user
 *  - TU  the latest of each user
 *  - TG  all that happened at or after one moment, the same for everybody
 */
export const SPLIT_SCHEMES = ["RG", "TG", "TU"] as const;

export type SplitScheme = (typeof SPLIT_SCHEMES)[number];

/** All interactions of a share of the items, or of the users, are held out: how well are new ones served? */
export const COLD_SCHEMES = ["cold-items", "cold-users"] as const;
export type ColdScheme = (typeof COLD_SCHEMES)[number];

export function isCold(scheme: AnyScheme): scheme is ColdScheme {
  return COLD_SCHEMES.some((cold) => cold === scheme);
}

/**
 * Requests are measured by what came next; see `nextItemLabels`:
 *  - next-item  the last items of each user
 *  - sessions   every step of the newest sessions
 *  - time       of each user, the first items from one moment on
 */
export const NEXT_ITEM_SCHEMES = ["next-item", "sessions", "time"] as const;
export type NextItemScheme = (typeof NEXT_ITEM_SCHEMES)[number];

type AnyScheme = SplitScheme | ColdScheme | NextItemScheme;

export function isNextItem(scheme: AnyScheme): scheme is NextItemScheme {
  return NEXT_ITEM_SCHEMES.some((one) => one === scheme);
}

/** The split recipe, under the field names that Recotem's clients send. */
export interface SplitConfig {
  readonly scheme: AnyScheme;
  /**
   * Share held out, 0 … 1: of each user's interactions (RG, TU), of all interactions (TG, time), of the sessions, of the items or users
   * (cold). Without meaning for next-item.
   */
  readonly heldout_ratio: number;
  /** Interactions held out per user instead of a share (RG, TU); how many next items are relevant, 1 by default (next items). */
  readonly n_heldout: number | null;
  /** Share of the users with something to hold out that are chosen, 0 … 1. */
  readonly test_user_ratio: number;
  /** Number of chosen users instead of a share; all of them when there are fewer. */
  readonly n_test_users: number | null;
  /** Whether lists of next items may have items that are known; null or absent: in sessions alone. Without meaning for other schemes. */
  readonly keeps_seen?: boolean | null;
}

/** The part of a dataset that a split needs. */
export type SplitInput = Pick<Dataset, "userItems" | "times" | "disliked" | "features">;

/** The default: each user's latest interactions when times are known, otherwise random ones. */
export function defaultScheme(dataset: Pick<Dataset, "times">): SplitScheme {
  return dataset.times ? "TU" : "RG";
}

/** Throws `BAD_PARAMETER`, naming the setting, for a recipe that no dataset, or not this one, can satisfy. */
export function assertSplitConfig(config: SplitConfig, dataset: SplitInput): void {
  const { scheme, heldout_ratio, n_heldout, test_user_ratio, n_test_users } = config;
  if (isCold(scheme)) {
    assertColdConfig(config, scheme);
    return;
  }
  if (isNextItem(scheme)) {
    assertNextItemConfig(config, scheme);
    return;
  }
  if (!SPLIT_SCHEMES.includes(scheme)) {
    const known = [...SPLIT_SCHEMES, ...COLD_SCHEMES, ...NEXT_ITEM_SCHEMES].join(", ");
    throw badSetting(`scheme must be one of ${known}, not ${JSON.stringify(scheme)}.`);
  }
  if (scheme !== "RG" && !dataset.times) {
    throw badSetting(`scheme ${scheme} splits by time, but this dataset has no times; use RG.`);
  }
  assertRatio("heldout_ratio", heldout_ratio);
  assertRatio("test_user_ratio", test_user_ratio);
  assertCount("n_heldout", n_heldout);
  assertCount("n_test_users", n_test_users);
  if (scheme === "TG" && n_heldout !== null) {
    throw badSetting(
      "n_heldout counts per user, but scheme TG splits all users at one time; use heldout_ratio.",
    );
  }
  if (n_heldout === null && heldout_ratio === 0) throw badSetting("heldout_ratio 0 holds nothing out.");
  if (n_test_users === null && test_user_ratio === 0) throw badSetting("test_user_ratio 0 tests no users.");
}

function assertColdConfig(config: SplitConfig, scheme: ColdScheme): void {
  const { heldout_ratio: ratio, n_heldout, test_user_ratio, n_test_users } = config;
  if (n_heldout !== null || n_test_users !== null || test_user_ratio !== 1) {
    throw badSetting(
      `scheme ${scheme} holds all interactions out: n_heldout, test_user_ratio and n_test_users have no meaning.`,
    );
  }
  if (!(ratio > 0 && ratio < 1)) {
    throw badSetting(`heldout_ratio must be between 0 and 1 for scheme ${scheme}, not ${ratio}.`);
  }
}

function assertNextItemConfig(config: SplitConfig, scheme: NextItemScheme): void {
  const { heldout_ratio: ratio, n_heldout, test_user_ratio, n_test_users } = config;
  if (n_test_users !== null || test_user_ratio !== 1) {
    throw badSetting(
      `scheme ${scheme} measures every request: test_user_ratio and n_test_users have no meaning for it.`,
    );
  }
  assertCount("n_heldout", n_heldout);
  if (scheme !== "next-item" && !(ratio > 0 && ratio < 1)) {
    throw badSetting(`heldout_ratio must be between 0 and 1 for scheme ${scheme}, not ${ratio}.`);
  }
}

/** floor(ratio · count), tolerant of the product's rounding: 0.29 · 100 is 28.999… in floating point and means 29. */
export function shareOf(count: number, ratio: number): number {
  return Math.floor(ratio * count + 1e-9);
}

export function badSetting(message: string): EngineError {
  return new EngineError("BAD_PARAMETER", message);
}

function assertRatio(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw badSetting(`${name} must be between 0 and 1, not ${value}.`);
}

function assertCount(name: string, value: number | null): void {
  if (value !== null && !(Number.isSafeInteger(value) && value >= 1)) {
    throw badSetting(`${name} must be a whole number of at least 1, or null, not ${value}.`);
  }
}
