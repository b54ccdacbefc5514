/** Decompresses stored bytes where the content needs it, skips the byte order mark, and makes even blocks. */
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { binaryProblem, GZIP_MAGIC, marksLength, startsWith } from "#reading/plain-text.ts";
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
  /** Closes the source when `blocks` will not be read. */
  close(): Promise<void>;
}

/** Opens a file. Throws EMPTY_DATA for an empty file, BAD_DATA for a damaged one or one that is clearly not text. */
export async function openBytes(source: FileSource, options: ReadOptions): Promise<OpenedBytes> {
  if (source.part) return openPart(source, source.part, options);
  const stored = await peek(source.bytes, GZIP_MAGIC.length);
  if (stored.head.length === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  const isGzip = startsWith(stored.head, GZIP_MAGIC);
  const limits = options.limits ?? DEFAULT_LIMITS;
  const plain = isGzip
    ? unzipped(source.name, stored.bytes, options.gunzip, limits)
    : limitedContent(source.name, stored.bytes, limits);
  const opened = await peek(plain, BLOCK_BYTES);
  const start = marksLength(opened.head);
  const head = opened.head.subarray(start);
  if (head.length === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  const problem = binaryProblem(source.name, head, isGzip);
  if (problem !== null) {
    await opened.close();
    throw new EngineError("BAD_DATA", problem);
  }
  return {
    isGzip,
    head,
    isHeadWhole: opened.head.length < BLOCK_BYTES,
    blocks: evenBlocks(opened.bytes, options.blockBytes ?? BLOCK_BYTES, start),
    close: opened.close,
  };
}

/** A part of a file that is not compressed: its blocks, behind the beginning of the file. */
async function openPart(
  { name, bytes }: FileSource,
  { head: { bytes: beginning, isWhole }, isFirst }: NonNullable<FileSource["part"]>,
  options: ReadOptions,
): Promise<OpenedBytes> {
  const start = marksLength(beginning);
  const head = beginning.subarray(start);
  const problem = head.length === 0 ? EMPTY_FILE_TEXT : binaryProblem(name, head, false);
  if (problem !== null) throw new EngineError(head.length === 0 ? "EMPTY_DATA" : "BAD_DATA", problem);
  const limited = limitedContent(name, bytes, options.limits ?? DEFAULT_LIMITS);
  const blocks = evenBlocks(limited, options.blockBytes ?? BLOCK_BYTES, isFirst ? start : 0);
  return { isGzip: false, head, isHeadWhole: isWhole, blocks, close: async () => undefined };
}

interface Peeked {
  readonly head: Uint8Array;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Reads ahead until `length` bytes are there, and returns the whole stream with them in front. */
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

async function* evenBlocks(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes: number,
  skipCount: number,
): AsyncGenerator<Uint8Array> {
  let block: Uint8Array | null = null;
  let filled = 0;
  let skip = skipCount;
  for await (const whole of chunks) {
    const chunk = whole.subarray(Math.min(skip, whole.length));
    skip -= whole.length - chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + blockBytes - filled);
      block ??= new Uint8Array(blockBytes);
      block.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < blockBytes) continue;
      yield block;
      block = null;
      filled = 0;
    }
  }
  if (block) yield block.subarray(0, filled);
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
