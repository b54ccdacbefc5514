/**
 * The one definition of an id, for interactions, metadata, erasure and requests. An id has no blanks, control characters or
 * invisible marks around it and no invisible marks within it. A word for nothing is not an id.
 */
import { MAX_ID_LENGTH } from "#contract/limits.ts";

/** Most ids have only these characters and need no further check. */
const UNUSUAL = /[^\x21-\x7e]/;
// Soft hyphen, zero-width space, byte order mark, word joiner and similar marks, marks of direction: they are invisible and have
// no meaning.
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/g;
// Scripts and emoji need joiners between their own characters; next to ASCII they are as invisible as the others.
const JOINER_BESIDE_ASCII = /(?<![^\p{ASCII}])[\u200c\u200d]+|[\u200c\u200d]+(?![^\p{ASCII}])/gu;
const AROUND = /^[\s\p{Z}\p{Cc}\u200c\u200d]+|[\s\p{Z}\p{Cc}\u200c\u200d]+$/gu;
/** All control characters except tab and line feed, which a quoted cell may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

const MISSING_WORDS: ReadonlySet<string> = new Set([
  ...["NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "<N/A>", "\\N", "NULL", "null", "Null", "(null)", "<null>"],
  ...["None", "NONE", "<none>", "nil", "NIL", "NaN", "nan", "NAN", "-nan", "-NaN", "NaT", "undefined"],
]);
const LONGEST_MISSING_WORD = 9;

/** A cell without blanks and control characters around it, and without invisible marks. */
export function cleanText(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text.replace(INVISIBLE, "").replace(JOINER_BESIDE_ASCII, "").replace(AROUND, "");
}

/** Whether a text stands for a missing value, as R, pandas, SQL and JavaScript write it. */
export function isMissingWord(text: string): boolean {
  return text.length <= LONGEST_MISSING_WORD && MISSING_WORDS.has(text);
}

/**
 * The id in a cell: text after `cleanText`, a number in decimal. Null for anything else: nothing, a word for nothing (unless
 * those are kept), a control character within, more than 1,024 characters.
 */
export function idText(cell: unknown, keepsMissingWords = false): string | null {
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : null;
  if (typeof cell !== "string") return null;
  if (!UNUSUAL.test(cell)) {
    if (cell === "" || cell.length > MAX_ID_LENGTH) return null;
    return !keepsMissingWords && isMissingWord(cell) ? null : cell;
  }
  const text = cleanText(cell);
  if (text === "" || text.length > MAX_ID_LENGTH || CONTROL.test(text)) return null;
  return !keepsMissingWords && isMissingWord(text) ? null : text;
}

/** Why a cell has no id. */
export type IdProblem = "too short" | "empty" | "missing word" | "control character" | "too long" | "no text";

export function idProblem(cell: unknown): IdProblem {
  if (cell === undefined) return "too short";
  if (typeof cell !== "string") return "no text";
  const text = cleanText(cell);
  if (text === "") return "empty";
  if (text.length > MAX_ID_LENGTH) return "too long";
  return CONTROL.test(text) ? "control character" : "missing word";
}
