/** Settings for reading uploaded files whose content should not decide: of a project, of an upload and of the command. */
import * as z from "zod";
import type { EventDataSettings } from "./event.ts";
import { MAX_EVENT_WEIGHT } from "./event-type.ts";
import { choice, integer, text } from "./field.ts";
import { MAX_NAME_LENGTH } from "./primitives.ts";
import { weightRule } from "./weight-rule.ts";

export const HEADER_SETTINGS = ["auto", "yes", "no"] as const;
export type HeaderSetting = (typeof HEADER_SETTINGS)[number];

export const MISSING_WORDS_SETTINGS = ["reject", "keep"] as const;
export type MissingWordsSetting = (typeof MISSING_WORDS_SETTINGS)[number];

/** A session ends before a pause that is longer, as in most web statistics. */
export const DEFAULT_SESSION_GAP_MINUTES = 30;
/** A week. */
const MAX_SESSION_GAP_MINUTES = 10_080;

export const SEPARATOR_TEXT =
  "A separator is comma, tab, semicolon, bar, blanks, or up to 8 characters other than letters, digits or quotes.";

const SEPARATOR = /^(comma|tab|\\t|semicolon|bar|pipe|blanks?|spaces?|[^\p{L}\p{N}"\r\n\0\ufeff]{1,8})$/iu;

/** Fields of a request, all optional: for a field that is absent or auto, the content of the file decides. */
export const readingRequest = z.object({
  /** Whether the first row of separated text is a header. */
  header: choice(HEADER_SETTINGS, {
    auto: "compared with the rows below",
    yes: "the first row is a header",
    no: "the first row is data",
  }).optional(),
  /** See `parseSeparator`; null to detect it. */
  separator: text({ trim: false, pattern: { test: SEPARATOR, message: SEPARATOR_TEXT } }).nullish(),
  /** NA, NULL, None and other words for nothing as ids. */
  missing_words: choice(MISSING_WORDS_SETTINGS, {
    reject: "their rows are rejected",
    keep: "they are ids like any other",
  }).optional(),
  /** The column of a file of interactions with the ids of sessions; null or blank: pauses end sessions. */
  session_column: text({ max: MAX_NAME_LENGTH, blank: true }).nullish(),
  /** A session without an id ends before a pause that is longer, in minutes; 30 by default. */
  session_gap_minutes: integer({ min: 1, max: MAX_SESSION_GAP_MINUTES }).nullish(),
});
export type ReadingRequest = z.infer<typeof readingRequest>;

const countedWeight = z.number().min(-MAX_EVENT_WEIGHT).max(MAX_EVENT_WEIGHT);

/** Kept with a file: how much its interactions counted when it was read. */
export const fileCounting = z.object({
  weights: z.record(z.string(), countedWeight),
  cap: countedWeight.positive().nullable(),
  half_life_days: z.number().positive().nullable(),
  cap_quantile: z.number().positive().max(1).nullish(),
  /** What its numbers are; absent if they are weights as they are. */
  rule: weightRule.nullish(),
});

/** Columns of a table of items. */
export const fileLookup = z.object({
  /** Items are found by exactly this text. */
  title: z.string(),
  /** Items are alike by the words in these columns. */
  texts: z.array(z.string()).min(1),
});
export type FileLookup = z.infer<typeof fileLookup>;

/** The settings as given; absent ones stay absent. */
export type ReadingSettings = Partial<{
  readonly header: HeaderSetting;
  readonly separator: string | null;
  readonly missing_words: MissingWordsSetting;
  readonly session_column: string | null;
  readonly session_gap_minutes: number | null;
  /** About a single file, not a setting: the form with this file had neither an end nor a length. */
  readonly form_had_no_end: true;
  /** About a single file of items or users, not a setting: the column of its ids, if not that of the project. */
  readonly id_column: string;
  /** About a single file of items, not a setting: how its items are found, and what says which are alike. */
  readonly lookup: FileLookup;
  /** About a single file, not a setting: it is made of events, and has their columns. */
  readonly events: EventDataSettings;
  /** About a single file: how much its interactions counted. It counts in the same way when it is read again. */
  readonly counting: z.infer<typeof fileCounting>;
}>;

export const readingResponse = z.object({
  header: z.enum(HEADER_SETTINGS),
  separator: z.string().nullable(),
  missing_words: z.enum(MISSING_WORDS_SETTINGS),
  session_column: z.string().nullable(),
  session_gap_minutes: z.number().int(),
});

/** The given settings, and the defaults of the others. */
export function toReadingResponse(settings: ReadingSettings | null): z.infer<typeof readingResponse> {
  const { session_column: column, session_gap_minutes: minutes, ...others } = settings ?? {};
  return {
    ...{ header: "auto", separator: null, missing_words: "reject", ...others },
    session_column: column || null,
    session_gap_minutes: minutes ?? DEFAULT_SESSION_GAP_MINUTES,
  };
}

/** The settings in the fields of a request; null if there are none. */
export function readingSettingsOf({
  header,
  separator,
  missing_words,
  session_column,
  session_gap_minutes,
}: ReadingRequest): ReadingSettings | null {
  const settings = {
    ...(header !== undefined && { header }),
    ...(separator !== undefined && { separator }),
    ...(missing_words !== undefined && { missing_words }),
    ...(session_column !== undefined && { session_column: session_column || null }),
    ...(session_gap_minutes !== undefined && { session_gap_minutes }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}
