import { MAX_RULE_LENGTH } from "./limits.ts";
import { RuleError, type Span } from "./rule-error.ts";

export type TokenKind = "number" | "string" | "name" | "mark" | "end";

export interface Token extends Span {
  readonly kind: TokenKind;
  /** Of a name or mark its text, of a string its content. Words of the language keep their letters' case. */
  readonly text: string;
  /** Of a number. */
  readonly value: number;
}

const SPACE = /[\s]+/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const MARK = /==|!=|<=|>=|[<>+\-*/()[\],.]/y;

/** Marks of other languages, with ours. */
const FOREIGN: readonly (readonly [mark: string, ours: string])[] = [
  ["===", '"=="'],
  ["&&", '"and"'],
  ["||", '"or"'],
  ["<>", '"!="'],
  ["=", '"=="'],
  ["!", '"not"'],
  ["&", '"and"'],
  ["|", '"or"'],
];

/** Splits a rule's text into tokens, with an `end` token last. Throws RuleError. */
export function tokensOf(text: string): Token[] {
  if (text.length > MAX_RULE_LENGTH) {
    const reason = `The rule has ${text.length} characters, more than ${MAX_RULE_LENGTH}`;
    throw new RuleError(text, { span: { start: MAX_RULE_LENGTH, end: text.length }, reason });
  }
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = skipSpace(text, token.end);
  }
  tokens.push({ kind: "end", text: "", value: 0, start: text.length, end: text.length });
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const first = text[start] as string;
  if (first === '"' || first === "'") return stringAt(text, start);
  refuseForeignMark(text, start);
  const number = matchAt(NUMBER, text, start);
  if (number !== null) return numberToken(text, number, start);
  const name = matchAt(NAME, text, start);
  if (name !== null) return { kind: "name", text: name, value: 0, start, end: start + name.length };
  const mark = matchAt(MARK, text, start);
  if (mark !== null) return { kind: "mark", text: mark, value: 0, start, end: start + mark.length };
  const character = String.fromCodePoint(text.codePointAt(start) as number);
  const span = { start, end: start + character.length };
  throw new RuleError(text, { span, reason: `"${character}" is not part of the language` });
}

function refuseForeignMark(text: string, start: number): void {
  if (text.startsWith("!=", start) || (text.startsWith("==", start) && text[start + 2] !== "=")) return;
  const found = FOREIGN.find(([mark]) => text.startsWith(mark, start));
  if (!found) return;
  const [mark, suggestion] = found;
  const span = { start, end: start + mark.length };
  throw new RuleError(text, { span, reason: `"${mark}" is not part of the language`, suggestion });
}

function numberToken(text: string, digits: string, start: number): Token {
  const end = start + digits.length;
  const value = Number(digits);
  const isCut = matchAt(NAME, text, end) !== null || text[end] === ".";
  if (Number.isFinite(value) && !isCut) return { kind: "number", text: digits, value, start, end };
  const reason = isCut ? `The number ${digits} goes on with other characters` : "The number is too large";
  throw new RuleError(text, { span: { start, end }, reason, expected: "a number such as 12.5" });
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  '"': '"',
  "'": "'",
  n: "\n",
  r: "\r",
  t: "\t",
};
const UNICODE_ESCAPE = /u([0-9a-fA-F]{4})/y;

function stringAt(text: string, start: number): Token {
  const quote = text[start];
  let content = "";
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] !== "\\") content += text[at++];
    else {
      const escaped = escapeAt(text, at);
      content += escaped.character;
      at = escaped.end;
    }
  }
  if (at < text.length) return { kind: "string", text: content, value: 0, start, end: at + 1 };
  const reason = "The text in quotes does not end";
  throw new RuleError(text, { span: { start, end: text.length }, reason, expected: `a closing ${quote}` });
}

function escapeAt(text: string, start: number): { character: string; end: number } {
  const mark = text[start + 1] ?? "";
  const known = Object.hasOwn(ESCAPES, mark) ? ESCAPES[mark] : undefined;
  if (known !== undefined) return { character: known, end: start + 2 };
  const unicode = matchAt(UNICODE_ESCAPE, text, start + 1);
  if (unicode !== null) {
    return { character: String.fromCharCode(Number.parseInt(unicode.slice(1), 16)), end: start + 6 };
  }
  const span = { start, end: Math.min(start + 2, text.length) };
  const expected = String.raw`\\, \", \', \n, \r, \t or \u with four hexadecimal digits`;
  throw new RuleError(text, { span, reason: "A backslash is not followed by what it can escape", expected });
}

function skipSpace(text: string, at: number): number {
  return at + (matchAt(SPACE, text, at)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
