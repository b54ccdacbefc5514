/** Strict UTF-8: blocks of bytes become blocks of text cut between characters, or an error that names the line. */
import { formatOfName } from "#contract/file-name.ts";
import { EngineError } from "../../engine-error.ts";
import type { OpenedBytes } from "./byte-blocks.ts";
import { parseFailure } from "./source.ts";

export interface TextBlock {
  readonly text: string;
  /** The UTF-8 of `text`. */
  readonly bytes: Uint8Array;
  /** Number of the line on which the block begins, from 1. */
  readonly line: number;
}

const NEWLINE = 0x0a;

/** The beginning of a file as text. Throws BAD_DATA where it is not UTF-8, before anything is made of it. */
export function headText(name: string, opened: OpenedBytes): string {
  const { head, isHeadWhole, isGzip } = opened;
  const bytes = isHeadWhole ? head : head.subarray(0, wholeCharacters(head));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalidUtf8(name, bytes, 1, isGzip);
  }
}

/** Decodes a file. Throws BAD_DATA at the first byte that is not UTF-8. */
export async function* textBlocks(
  name: string,
  blocks: AsyncIterable<Uint8Array>,
  isGzip: boolean,
): AsyncGenerator<TextBlock> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let line = 1;
  let carry = new Uint8Array(0);
  const decode = (bytes: Uint8Array): TextBlock => {
    try {
      return { text: decoder.decode(bytes), bytes, line };
    } catch {
      throw invalidUtf8(name, bytes, line, isGzip);
    }
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

function invalidUtf8(name: string, bytes: Uint8Array, line: number, isGzip: boolean): EngineError {
  if (formatOfName(name).gzip && !isGzip) {
    return new EngineError(
      "BAD_DATA",
      `${name} is not a valid gzip file: byte 1 is not the gzip signature 1f 8b.`,
    );
  }
  const at = validPrefix(bytes);
  const badLine = line + countNewlines(bytes.subarray(0, at));
  const hex = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return parseFailure(name, `Line ${badLine} is not valid UTF-8 (byte 0x${hex}); save the file as UTF-8.`);
}

/** Length without a character that is cut off at the end; anything invalid is left for the decoder to find. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Bytes of the character that a leading byte announces; 1 for bytes that lead nothing. */
function sequenceLength(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 1;
}

/** Length of the longest valid beginning, found by halving. */
function validPrefix(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const isValid = (length: number): boolean => {
    try {
      decoder.decode(bytes.subarray(0, wholeCharacters(bytes.subarray(0, length))));
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValid(middle)) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes.subarray(0, low));
}

/** How many newlines there are. */
export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
