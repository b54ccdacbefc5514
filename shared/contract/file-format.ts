/** How a file separates its columns, in words. */

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
 * The separator of a setting: a name (`comma`, `tab`, `semicolon`, `bar`, `blanks`) or the characters themselves, up to 8. Null
 * for an impossible separator: letters, digits, quotes, line ends.
 */
export function parseSeparator(text: string): string | null {
  const name = text.toLowerCase();
  if (Object.hasOwn(SEPARATOR_NAMES, name)) return SEPARATOR_NAMES[name] ?? null;
  if (/^ +$/.test(text)) return " ";
  const isPossible =
    text !== "" && text.length <= MAX_SEPARATOR_LENGTH && !/[\p{L}\p{N}"\r\n\0\ufeff]/u.test(text);
  return isPossible ? text : null;
}

/** The name of a separator in messages. */
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

/** A sentence on how separated text was read, and why. Reasons of older reports are null. */
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
