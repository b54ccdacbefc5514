/** What a job can be tested on, in words for people. */
import {
  isNextItemScheme,
  NEXT_ITEM_SPLIT_SCHEMES,
  type NextItemSplitScheme,
  SPLIT_SCHEMES,
  type SplitScheme,
} from "#contract/study-config.ts";

export type JobScheme = SplitScheme | NextItemSplitScheme;

interface SchemeTexts {
  readonly label: string;
  /** One line below the choice. */
  readonly hint: string;
  /** The held-out part, in a sentence. */
  readonly heldOut: (percent: string) => string;
}

export const SCHEME_TEXTS: Readonly<Record<JobScheme, SchemeTexts>> = {
  TU: {
    label: "Each person's latest activity",
    hint: "Lists must find what people took last, in any order.",
    heldOut: (percent) => `the latest ${percent}% of each person's interactions`,
  },
  TG: {
    label: "The latest activity of everyone",
    hint: "Lists must find what happened after one moment.",
    heldOut: (percent) => `the latest ${percent}% of all interactions`,
  },
  RG: {
    label: "A random part of each person's activity",
    hint: "Lists must find interactions that are hidden at random.",
    heldOut: (percent) => `a random ${percent}% of each person's interactions`,
  },
  "next-item": {
    label: "What each person did next",
    hint: "Lists must find the very last item of each person from what came before.",
    heldOut: () => "the last item of each person",
  },
  sessions: {
    label: "Each step of the newest sessions",
    hint: "Lists for visitors whom nobody knows: after each click, the next one must be found.",
    heldOut: (percent) => `every step of the newest ${percent}% of the sessions`,
  },
  time: {
    label: "What people did first after one moment",
    hint: "Everything is learned up to one moment; lists must find the first item after it.",
    heldOut: (percent) => `the first item of each person in the newest ${percent}% of the time`,
  },
};

/** Without times, only a random part can be hidden. */
export function schemesFor(hasTime: boolean): readonly JobScheme[] {
  return hasTime ? [...SPLIT_SCHEMES, ...NEXT_ITEM_SPLIT_SCHEMES] : ["RG"];
}

/** Whether a job of ordinary data can be tested by a scheme; new items and new people are measured in addition. */
export function isCommonScheme(scheme: string): scheme is JobScheme {
  return scheme in SCHEME_TEXTS;
}

/** Whether known items may be in lists; "usual" is in sessions alone. */
export type SeenChoice = "usual" | "keep" | "leave-out";

export const SEEN_OPTIONS: readonly { readonly value: SeenChoice; readonly label: string }[] = [
  { value: "usual", label: "As usual: in sessions only" },
  { value: "keep", label: "Allowed: people come back to items" },
  { value: "leave-out", label: "Left out: only new items count" },
];

/** The field of a split; none where it has no meaning. */
export function keepsSeenOf(scheme: JobScheme, choice: SeenChoice): { readonly keeps_seen?: boolean } {
  if (choice === "usual" || !isNextItemScheme(scheme)) return {};
  return { keeps_seen: choice === "keep" };
}
