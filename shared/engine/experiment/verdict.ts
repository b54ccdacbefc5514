/** What the figures of a test say. */
import { MISMATCH_P } from "./sample-ratio.ts";

export type Verdict = "mismatch" | "too_early" | "better" | "worse" | "undecided" | "no_difference";

export interface Findings {
  /** Null if it cannot be told. */
  readonly sampleRatioP: number | null;
  /** Of the effect; null without figures to compare. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly hasEnded: boolean;
  /** Whether the method may decide before the end. */
  readonly mayDecideEarly: boolean;
}

/** Lost or doubled people go before all: no figure of such a test can be trusted. */
export function verdictOf({ sampleRatioP, interval, hasEnded, mayDecideEarly }: Findings): Verdict {
  if (sampleRatioP !== null && sampleRatioP < MISMATCH_P) return "mismatch";
  if (interval === null) return "too_early";
  if (!hasEnded && !mayDecideEarly) return "undecided";
  if (interval.low > 0) return "better";
  if (interval.high < 0) return "worse";
  return hasEnded ? "no_difference" : "undecided";
}
