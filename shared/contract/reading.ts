/** How uploaded files are read where their content should not decide: settings of a project, of an upload and of the command. */
import { z } from "zod";
import { choice, text } from "./field.ts";

export const HEADER_SETTINGS = ["auto", "yes", "no"] as const;
export type HeaderSetting = (typeof HEADER_SETTINGS)[number];

export const MISSING_WORDS_SETTINGS = ["reject", "keep"] as const;
export type MissingWordsSetting = (typeof MISSING_WORDS_SETTINGS)[number];

const MAX_SEPARATOR_LENGTH = 8;

const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  comma: ",",
  tab: "\t",
  "\\t": "\t",
  semicolon: ";",
  bar: "|",
  pipe: "|",
  blanks: " ",
  blank: " ",
  space: " ",
  spaces: " ",
};

/**
 * The separator that a setting means: a name (`comma`, `tab`, `semicolon`, `bar`, `blanks`) or the characters themselves, up to 8.
 * Null for what cannot be one: letters, digits, quotes, line ends.
 */
export function parseSeparator(text: string): string | null {
  const name = text.toLowerCase();
  if (Object.hasOwn(SEPARATOR_NAMES, name)) return SEPARATOR_NAMES[name] ?? null;
  if (/^ +$/.test(text)) return " ";
  const isPossible =
    text !== "" && text.length <= MAX_SEPARATOR_LENGTH && !/[\p{L}\p{N}"\r\n\0\ufeff]/u.test(text);
  return isPossible ? text : null;
}

/** What people call a separator, for messages. */
export function separatorName(separator: string): string {
  if (separator === "\t") return "a tab";
  return separator === " " ? "blanks" : `"${separator}"`;
}

const SEPARATED: Readonly<Record<string, string>> = {
  ",": "Comma-separated",
  ";": "Semicolon-separated",
  "\t": "Tab-separated",
  " ": "Separated by spaces or tabs",
};

function howSeparated(separator: string): string {
  return SEPARATED[separator] ?? `Separated by ${separatorName(separator)}`;
}

/** A sentence on what separated text was taken for, and why. Reasons of older reports are null. */
export function describeFormat(format: {
  readonly delimiter: string | null;
  readonly delimiter_reason: string | null;
  readonly header: boolean | null;
  readonly header_reason: string | null;
}): string {
  const { delimiter, header } = format;
  if (delimiter === null) return "JSON has no separator and no header.";
  const why = (reason: string | null) => (reason === null ? "" : ` (${reason})`);
  return `${howSeparated(delimiter)}${why(format.delimiter_reason)}; the first row is ${header ? "a header" : "data"}${why(format.header_reason)}.`;
}

export const SEPARATOR_TEXT =
  "A separator is comma, tab, semicolon, bar, blanks, or up to 8 characters that are no letters, digits or quotes.";

const SEPARATOR = /^(comma|tab|\\t|semicolon|bar|pipe|blanks?|spaces?|[^\p{L}\p{N}"\r\n\0\ufeff]{1,8})$/iu;

/** Fields of a request, all optional: what is not given, or auto, the content of a file decides. */
export const readingRequest = z.object({
  /** Whether the first row of separated text is a header. */
  header: choice(HEADER_SETTINGS, {
    auto: "compared with the rows below",
    yes: "the first row is a header",
    no: "the first row is data",
  }).optional(),
  /** See `parseSeparator`; null to find out. */
  separator: text({ trim: false, pattern: { test: SEPARATOR, message: SEPARATOR_TEXT } }).nullish(),
  /** NA, NULL, None and other words for nothing as ids. */
  missing_words: choice(MISSING_WORDS_SETTINGS, {
    reject: "their rows are rejected",
    keep: "they are ids like any other",
  }).optional(),
});
export type ReadingRequest = z.infer<typeof readingRequest>;

/** As it was set; fields that were not set are absent. */
export type ReadingSettings = Partial<{
  readonly header: HeaderSetting;
  readonly separator: string | null;
  readonly missing_words: MissingWordsSetting;
  /** Of a file alone, and not a setting: the form that brought it had neither an end nor a length. */
  readonly form_had_no_end: true;
}>;

export const readingResponse = z.object({
  header: z.enum(HEADER_SETTINGS),
  separator: z.string().nullable(),
  missing_words: z.enum(MISSING_WORDS_SETTINGS),
});

/** What was set, and for the rest the defaults. */
export function toReadingResponse(settings: ReadingSettings | null): z.infer<typeof readingResponse> {
  return { header: "auto", separator: null, missing_words: "reject", ...settings };
}

/** The settings among the fields of a request; null when none is there. */
export function readingSettingsOf({
  header,
  separator,
  missing_words,
}: ReadingRequest): ReadingSettings | null {
  const settings = {
    ...(header !== undefined && { header }),
    ...(separator !== undefined && { separator }),
    ...(missing_words !== undefined && { missing_words }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}
