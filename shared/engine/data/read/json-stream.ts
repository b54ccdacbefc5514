/** A JSON document of any size, parsed block by block; values at a given depth are passed on and forgotten. */

import { shorten } from "#reading/column-names.ts";
import {
  exactJsonParser,
  type JsonParser,
  MAX_JSON_DEPTH,
  type TakeJsonValue,
  TooDeep,
} from "#reading/exact-json.ts";
import { EngineError } from "../../engine-error.ts";
import { MAX_RECORD_BYTES, parseFailure, tooLong } from "./source.ts";
import type { TextBlock } from "./text-blocks.ts";

const NEWLINE = 0x0a;

export class JsonStream {
  readonly #name: string;
  readonly #parser: JsonParser;
  #line = 1;
  #bytesSinceValue = 0;

  /** @param depth  1 for the members of the document, 2 for the members of its members. */
  constructor(name: string, depth: 1 | 2, take: TakeJsonValue) {
    this.#name = name;
    this.#parser = exactJsonParser(depth, (value, key, parentKey) => {
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
      this.#guarded(() => this.#parser.write(bytes.subarray(start, end)));
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
          ? `nests more than ${MAX_JSON_DEPTH} levels deep`
          : `is not valid JSON${unexpected(error)}`;
      throw parseFailure(this.#name, `Line ${this.#line} ${words}.`, ".json");
    }
  }
}

const TOKEN_SYMBOLS: Readonly<Record<string, string>> = {
  LEFT_BRACE: "{",
  RIGHT_BRACE: "}",
  LEFT_BRACKET: "[",
  RIGHT_BRACKET: "]",
  COLON: ":",
  COMMA: ",",
};

/** The problem, as far as the library's message describes it. */
function unexpected(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const character = /^Unexpected "([\s\S])" at/.exec(message)?.[1];
  const token = /^Unexpected ([A-Z_]+)/.exec(message)?.[1];
  const found = character ?? (token && (TOKEN_SYMBOLS[token] ?? token.toLowerCase()));
  return found ? `: unexpected ${shorten(found)}` : "";
}
