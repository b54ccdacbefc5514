/** From stored bytes to plain ones: decompression where the content asks for it, byte order mark skipped, even blocks. */
import { formatOfName } from "#contract/file-name.ts";
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { EngineError } from "../../engine-error.ts";
import { BLOCK_BYTES, DEFAULT_LIMITS, type FileSource, type ReadOptions } from "./source.ts";
import { limitedContent, unzipped } from "./unzipped.ts";

export interface OpenedBytes {
  readonly isGzip: boolean;
  /** The beginning of the content, up to BLOCK_BYTES; never empty. */
  readonly head: Uint8Array;
  /** Whether the head is known to be all of the content. */
  readonly isHeadWhole: boolean;
  /** All of the content, the head included, in blocks of equal size (the last may be shorter). */
  readonly blocks: AsyncIterable<Uint8Array>;
  /** Lets go of the source when `blocks` will not be read. */
  close(): Promise<void>;
}

const GZIP_MAGIC = [0x1f, 0x8b];
const UTF8_BOM = [0xef, 0xbb, 0xbf];

/** Opens a file. Throws EMPTY_DATA when there is nothing in it, BAD_DATA when it is damaged or plainly not text. */
export async function openBytes(source: FileSource, options: ReadOptions): Promise<OpenedBytes> {
  const stored = await peek(source.bytes, GZIP_MAGIC.length);
  if (stored.head.length === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  const isGzip = startsWith(stored.head, GZIP_MAGIC);
  const limits = options.limits ?? DEFAULT_LIMITS;
  const plain = isGzip
    ? unzipped(source.name, stored.bytes, options.gunzip, limits)
    : limitedContent(source.name, stored.bytes, limits);
  const opened = await peek(plain, BLOCK_BYTES);
  let start = 0;
  while (startsWith(opened.head.subarray(start), UTF8_BOM)) start += UTF8_BOM.length;
  const head = opened.head.subarray(start);
  if (head.length === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  try {
    refuseBinary(source.name, head, isGzip);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    isGzip,
    head,
    isHeadWhole: opened.head.length < BLOCK_BYTES,
    blocks: evenBlocks(opened.bytes, options.blockBytes ?? BLOCK_BYTES, start),
    close: opened.close,
  };
}

interface Peeked {
  readonly head: Uint8Array;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Reads ahead until `length` bytes are there, and gives the whole stream back with them in front. */
async function peek(bytes: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let total = 0;
  while (total < length) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push(next.value.slice());
    total += next.value.length;
  }
  const whole = concat(taken, total);
  return {
    head: whole.subarray(0, Math.min(total, length)),
    bytes: resumed(whole, iterator),
    close: async () => {
      await iterator.return?.();
    },
  };
}

async function* resumed(taken: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (taken.length > 0) yield taken;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const BINARY_SIGNATURES: readonly (readonly [readonly number[], string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive or an Excel workbook"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd"],
  [[0x42, 0x5a, 0x68], "compressed with bzip2"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], "a PDF document"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed with xz"],
  [[0x1f, 0x8b], "gzip within gzip"],
  [[0xff, 0xfe], "UTF-16 text; save it as UTF-8"],
  [[0xfe, 0xff], "UTF-16 text; save it as UTF-8"],
];

/** A zero byte in an id rejects its row, as anywhere in the file; so many make it no text. */
const MAX_ZERO_SHARE = 0.05;

function refuseBinary(name: string, head: Uint8Array, isGzip: boolean): void {
  const found = BINARY_SIGNATURES.find(([signature]) => startsWith(head, signature));
  if (found) throw new EngineError("BAD_DATA", `${name} is not a text file: its content is ${found[1]}.`);
  const zeroCount = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (zeroCount <= head.length * MAX_ZERO_SHARE) return;
  if (!isGzip && formatOfName(name).gzip) {
    throw new EngineError(
      "BAD_DATA",
      `${name} is not a valid gzip file: byte 1 is not the gzip signature 1f 8b.`,
    );
  }
  const line = head.subarray(0, head.indexOf(0)).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  const percent = Math.round((100 * zeroCount) / head.length);
  throw new EngineError(
    "BAD_DATA",
    `${name} is not a text file: line ${line} has a zero byte, and ${percent} % of its beginning are zero bytes.`,
  );
}

async function* evenBlocks(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes: number,
  skipCount: number,
): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  let skip = skipCount;
  for await (const whole of chunks) {
    const chunk = whole.subarray(Math.min(skip, whole.length));
    skip -= whole.length - chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + blockBytes - filled);
      block.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < blockBytes) continue;
      yield block;
      block = new Uint8Array(blockBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function concat(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
