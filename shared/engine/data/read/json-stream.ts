/** A JSON document of any size, worked off block by block; values at a given depth are handed on and forgotten. */
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { EngineError } from "../../engine-error.ts";
import { shorten } from "./resolve-columns.ts";
import { MAX_RECORD_BYTES, parseFailure, tooLong } from "./source.ts";
import type { TextBlock } from "./text-blocks.ts";

const NEWLINE = 0x0a;
/** Whole numbers with this many digits may not survive as a double. */
const UNSAFE_DIGITS = 16;

/** Values that nest deeper are no cells: programs that take them apart would run out of stack. */
const MAX_DEPTH = 100;

export type TakeJsonValue = (value: unknown, key: string | number, parentKey: string | number) => void;

/** Numbers as JavaScript has them, but whole numbers past 2^53 stay decimal text: an id must not lose its last digits. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    const value = Number(text);
    if (text.length < UNSAFE_DIGITS || Number.isSafeInteger(value) || !/^-?\d+$/.test(text)) return value;
    return text as unknown as number;
  }
}

/** Parses one complete JSON value with the same rule for large whole numbers. Throws when it is broken or nests too deep. */
export function parseExactJson(text: string): unknown {
  if (text.length > MAX_DEPTH && nestsTooDeep(text)) throw new Error("nests too deep");
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  // The platform's parser is far faster, and says whether the text is right.
  JSON.parse(text);
  let value: unknown;
  const parser = newParser(["$"], (found) => {
    value = found;
  });
  parser.tokenizer.write(text);
  return value;
}

/** Brackets within strings count, too: a text of a hundred opening brackets and none that close is no cell either. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === OPENING) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === CLOSING) depth--;
  }
  return false;
}

// `[` and `{`, `]` and `}` differ by one bit.
const OPENING = "{".charCodeAt(0);
const CLOSING = "}".charCodeAt(0);

export class JsonStream {
  readonly #name: string;
  readonly #parser: { tokenizer: Tokenizer; isEnded: () => boolean };
  #line = 1;
  #bytesSinceValue = 0;

  /** @param depth  1 for the members of the document, 2 for the members of its members. */
  constructor(name: string, depth: 1 | 2, take: TakeJsonValue) {
    this.#name = name;
    this.#parser = newParser([depth === 1 ? "$.*" : "$.*.*"], (value, key, parentKey) => {
      this.#bytesSinceValue = 0;
      take(value, key, parentKey);
    });
  }

  /** Parses one block. Throws BAD_DATA with the line when the JSON is broken or a value never ends. */
  write(block: TextBlock): void {
    const { bytes } = block;
    this.#line = block.line;
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline + 1;
      this.#bytesSinceValue += end - start;
      this.#guarded(() => this.#parser.tokenizer.write(bytes.subarray(start, end)));
      if (this.#bytesSinceValue > MAX_RECORD_BYTES) throw tooLong(this.#name, this.#line, ".json");
      if (newline >= 0) this.#line++;
      start = end;
    }
  }

  /** Throws BAD_DATA when the document is not complete. */
  end(): void {
    if (!this.#parser.isEnded()) {
      const cause = `Line ${this.#line}: the JSON ends in the middle; the file is cut off.`;
      throw parseFailure(this.#name, cause, ".json");
    }
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const words =
        error instanceof TooDeep
          ? `nests more than ${MAX_DEPTH} levels deep`
          : `is not valid JSON${unexpected(error)}`;
      throw parseFailure(this.#name, `Line ${this.#line} ${words}.`, ".json");
    }
  }
}

class TooDeep extends Error {}

const TOKEN_SYMBOLS: Readonly<Record<string, string>> = {
  LEFT_BRACE: "{",
  RIGHT_BRACE: "}",
  LEFT_BRACKET: "[",
  RIGHT_BRACKET: "]",
  COLON: ":",
  COMMA: ",",
};

/** What stands in the way, as far as the library's message tells. */
function unexpected(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const character = /^Unexpected "([\s\S])" at/.exec(message)?.[1];
  const token = /^Unexpected ([A-Z_]+)/.exec(message)?.[1];
  const found = character ?? (token && (TOKEN_SYMBOLS[token] ?? token.toLowerCase()));
  return found ? `: unexpected ${shorten(found)}` : "";
}

function newParser(paths: string[], take: TakeJsonValue): { tokenizer: Tokenizer; isEnded: () => boolean } {
  const tokenizer = new ExactTokenizer();
  const parser = new TokenParser({ paths, keepStack: false });
  let depth = 0;
  tokenizer.onToken = (token) => {
    if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) {
      if (++depth > MAX_DEPTH) throw new TooDeep();
    } else if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) depth--;
    parser.write(token);
  };
  parser.onValue = ({ value, key, stack }) => take(value, key ?? "", stack[1]?.key ?? stack[0]?.key ?? "");
  return { tokenizer, isEnded: () => parser.isEnded };
}
