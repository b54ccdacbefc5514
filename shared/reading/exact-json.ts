/** JSON whose ids keep their last digits: whole numbers past 2^53 stay decimal text. */
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";

/** Whole numbers with this many digits may lose some as a double. */
const UNSAFE_DIGITS = 16;

/** Deeper values are not cells: programs that process them recursively would overflow the stack. */
export const MAX_JSON_DEPTH = 100;

export type TakeJsonValue = (value: unknown, key: string | number, parentKey: string | number) => void;

export class TooDeep extends Error {}

class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    const value = Number(text);
    if (text.length < UNSAFE_DIGITS || Number.isSafeInteger(value) || !/^-?\d+$/.test(text)) return value;
    return text as unknown as number;
  }
}

export interface JsonParser {
  /** Accepts more of the document. Throws the library's error at broken JSON, TooDeep past MAX_JSON_DEPTH. */
  write(part: Uint8Array | string): void;
  /** Whether the document is complete. */
  isEnded(): boolean;
}

/** @param depth  1 for the members of the document, 2 for the members of its members, 0 for the document. */
export function exactJsonParser(depth: 0 | 1 | 2, take: TakeJsonValue): JsonParser {
  const tokenizer = new ExactTokenizer();
  const parser = new TokenParser({ paths: [`$${".*".repeat(depth)}`], keepStack: false });
  let level = 0;
  tokenizer.onToken = (token) => {
    if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) {
      if (++level > MAX_JSON_DEPTH) throw new TooDeep();
    } else if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) level--;
    parser.write(token);
  };
  parser.onValue = ({ value, key, stack }) => take(value, key ?? "", stack[1]?.key ?? stack[0]?.key ?? "");
  return { write: (part) => tokenizer.write(part), isEnded: () => parser.isEnded };
}

/** Parses one complete JSON value. Throws when it is broken or nests too deep. */
export function parseExactJson(text: string): unknown {
  if (text.length > MAX_JSON_DEPTH && nestsTooDeep(text)) throw new TooDeep();
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  // The platform's parser is far faster, and checks the text.
  JSON.parse(text);
  let value: unknown;
  const parser = exactJsonParser(0, (found) => {
    value = found;
  });
  parser.write(text);
  return value;
}

/** Brackets within strings count, too: a text of a hundred unclosed opening brackets is not a cell either. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === OPENING) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (code === CLOSING) depth--;
  }
  return false;
}

// `[` and `{`, `]` and `}` differ by one bit.
const OPENING = "{".charCodeAt(0);
const CLOSING = "}".charCodeAt(0);
