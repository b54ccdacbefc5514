/** `Number` also takes other bases, which are codes in people's files. It takes no sign before them. */
const OTHER_BASE = /^\s*0[xbo]/i;

/** The number that a text is in decimals, blanks around it allowed: `12`, `-0.5`, `1e3`. NaN for all others, such as `0x10` and an empty text. */
export function decimalOf(text: string): number {
  return text.trim() === "" || OTHER_BASE.test(text) ? Number.NaN : Number(text);
}
