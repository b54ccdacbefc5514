/** What a job can be tested on, in words for people. */

import {
  isNextItemScheme,
  NEXT_ITEM_SPLIT_SCHEMES,
  type NextItemSplitScheme,
  SPLIT_SCHEMES,
  type SplitScheme,
} from "#contract/study-config.ts";
import { t } from "../../words/words.ts";

export type JobScheme = SplitScheme | NextItemSplitScheme;

/** Without times, only a random part can be hidden. */
export function schemesFor(hasTime: boolean): readonly JobScheme[] {
  return hasTime ? [...SPLIT_SCHEMES, ...NEXT_ITEM_SPLIT_SCHEMES] : ["RG"];
}

/** Whether a job of ordinary data can be tested by a scheme; new items and new people are measured in addition. */
export function isCommonScheme(scheme: string): scheme is JobScheme {
  return schemesFor(true).some((one) => one === scheme);
}

/** Whether known items may be in lists; "usual" is in sessions alone. */
export type SeenChoice = "usual" | "keep" | "leave-out";

export const seenOptions = (): readonly { readonly value: SeenChoice; readonly label: string }[] => [
  { value: "usual", label: t("tuning.seen.usual") },
  { value: "keep", label: t("tuning.seen.keep") },
  { value: "leave-out", label: t("tuning.seen.leaveOut") },
];

/** The field of a split; none where it has no meaning. */
export function keepsSeenOf(scheme: JobScheme, choice: SeenChoice): { readonly keeps_seen?: boolean } {
  if (choice === "usual" || !isNextItemScheme(scheme)) return {};
  return { keeps_seen: choice === "keep" };
}
