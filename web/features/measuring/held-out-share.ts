/**
 * How much of the data to hold out, so that something is left for training, for comparing trials and for the test.
 */

import type { IngestionReport } from "#contract/ingestion.ts";
import type { NextItemSplitScheme, SplitScheme } from "#contract/study-config.ts";
import { t } from "../../words/words.ts";

/** The part of a file's report that the rules need. */
export type Counts = Pick<IngestionReport, "interactions" | "interactions_per_user">;

/** Percentages in order of preference: a tenth leaves the model most to learn from. */
const PERCENTS = [10, 20, 30, 40, 50] as const;
export const MAX_PERCENT = 90;

/** The largest whole number of interactions in a share; 0.29 · 100 is 28.999… in floating point and means 29. */
function shareOf(count: number, percent: number): number {
  return Math.floor((percent / 100) * count + 1e-9);
}

/**
 * Whether a share of a number of interactions leaves at least one for the test part, and one of the rest for the
 * validation part. The validation part compares trials. One interaction always stays for training.
 */
function isEnough(count: number, percent: number): boolean {
  const test = Math.min(shareOf(count, percent), count - 1);
  const rest = count - test;
  return test >= 1 && Math.min(shareOf(rest, percent), rest - 1) >= 1;
}

/** The default share: the first that reaches half of the users; else the first that reaches any user. */
export function usualPercent(counts: Counts | null): number {
  if (counts === null) return PERCENTS[0];
  const { median, max } = counts.interactions_per_user;
  const reaching = (count: number) => PERCENTS.find((percent) => isEnough(count, percent));
  return reaching(Math.floor(median)) ?? reaching(max) ?? PERCENTS[0];
}

/** The default split: each user's latest interactions if times are known, random ones otherwise. */
export function usualSplit(hasTime: boolean, counts: Counts | null) {
  const scheme: SplitScheme = hasTime ? "TU" : "RG";
  return { scheme, heldout_ratio: usualPercent(counts) / 100 };
}

/** Why a share holds nothing out, and what helps; null when it holds something out. */
export function heldOutProblem(
  counts: Counts,
  scheme: SplitScheme | NextItemSplitScheme,
  percent: number,
): string | null {
  // Repeats count there, and reports count pairs.
  if (scheme === "next-item") return null;
  const isOfAll = ["TG", "time", "sessions"].includes(scheme);
  const count = isOfAll ? counts.interactions : counts.interactions_per_user.max;
  if (isEnough(count, percent)) return null;
  const of = isOfAll ? "all" : "person";
  const why = t(`measuring.heldOut.${of}.tooFew`, count, percent);
  const least = leastPercent(count);
  const then = least === null ? t(`measuring.heldOut.${of}.upload`) : t("measuring.heldOut.least", least);
  return `${why} ${then}`;
}

function leastPercent(count: number): number | null {
  for (let percent = 1; percent <= MAX_PERCENT; percent++) if (isEnough(count, percent)) return percent;
  return null;
}
