/** How uploaded files are to be read where their content should not decide: settings of a project, of an upload and of the command. */
import { z } from "zod";

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
  const named = SEPARATOR_NAMES[text.toLowerCase()];
  if (named !== undefined) return named;
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
  const separated = `Read with ${separatorName(delimiter)} as separator${why(format.delimiter_reason)}`;
  return `${separated}; the first row is ${header ? "a header" : "data"}${why(format.header_reason)}.`;
}

export const SEPARATOR_TEXT =
  "A separator is comma, tab, semicolon, bar, blanks, or up to 8 characters that are no letters, digits or quotes.";

/** Each is optional; what is not given, the content of the file decides. */
export const readingSettings = z.object({
  /** Whether the first row of separated text is a header. */
  header: z.enum(HEADER_SETTINGS),
  /** As the caller wrote it; see `parseSeparator`. */
  separator: z
    .string()
    .refine((text) => parseSeparator(text) !== null, SEPARATOR_TEXT)
    .nullable(),
  /** Whether NA, NULL, None and other words for nothing are rejected as ids, or kept as ids like any other. */
  missing_words: z.enum(MISSING_WORDS_SETTINGS),
});
export type ReadingSettings = z.infer<typeof readingSettings>;
