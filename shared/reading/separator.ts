/** Separators of delimited text: how they divide a line, and their names. */

/** One or more blanks or tabs, as programs write aligned columns. */
export const BLANKS = " ";

/** Divides text without quotes. */
export function splitPlain(line: string, separator: string): string[] {
  return separator === BLANKS ? line.trim().split(/[ \t]+/) : line.split(separator);
}

/** Length of the separator at a position; 0 when there is none. */
export function separatorLength(text: string, at: number, separator: string): number {
  if (separator !== BLANKS) return text.startsWith(separator, at) ? separator.length : 0;
  let end = at;
  while (isBlankAt(text, end)) end++;
  return end - at;
}

/** Where the next separator begins, before `end`; `end` when there is none. */
export function nextSeparator(text: string, from: number, end: number, separator: string): number {
  if (separator !== BLANKS) {
    const found = text.indexOf(separator, from);
    return found < 0 || found > end ? end : found;
  }
  let at = from;
  while (at < end && !isBlankAt(text, at)) at++;
  return at;
}

function isBlankAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}
