/** Strict UTF-8: blocks of bytes become blocks of text cut between characters, or an error that names the line. */
import { countNewlines, decodeUtf8, utf8Problem, wholeCharacters } from "#reading/plain-text.ts";
import { EngineError } from "../../engine-error.ts";
import type { OpenedBytes } from "./byte-blocks.ts";

export interface TextBlock {
  readonly text: string;
  /** The UTF-8 of `text`. */
  readonly bytes: Uint8Array;
  /** Number of the line on which the block begins, from 1. */
  readonly line: number;
}

/** The beginning of a file as text. Throws BAD_DATA where it is not UTF-8, before any further step. */
export function headText(name: string, opened: Pick<OpenedBytes, "head" | "isHeadWhole" | "isGzip">): string {
  const { head, isHeadWhole, isGzip } = opened;
  const bytes = isHeadWhole ? head : head.subarray(0, wholeCharacters(head));
  const text = decodeUtf8(bytes);
  if (text === null) throw new EngineError("BAD_DATA", utf8Problem(name, bytes, 1, isGzip));
  return text;
}

/** Decodes a file. Throws BAD_DATA at the first byte that is not UTF-8. */
export async function* textBlocks(
  name: string,
  blocks: AsyncIterable<Uint8Array>,
  isGzip: boolean,
  firstLine = 1,
): AsyncGenerator<TextBlock> {
  let line = firstLine;
  let carry = new Uint8Array(0);
  const decode = (bytes: Uint8Array): TextBlock => {
    const text = decodeUtf8(bytes);
    if (text === null) throw new EngineError("BAD_DATA", utf8Problem(name, bytes, line, isGzip));
    return { text, bytes, line };
  };
  for await (const block of blocks) {
    const bytes = joined(carry, block);
    const end = wholeCharacters(bytes);
    carry = bytes.slice(end);
    if (end === 0) continue;
    const decoded = decode(bytes.subarray(0, end));
    yield decoded;
    line += countNewlines(decoded.bytes);
  }
  if (carry.length > 0) yield decode(carry);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
