import { badArtifact } from "#engine/artifact/format.ts";

/** Bytes that go elsewhere are copied from pieces of this size. */
const PIECE_BYTES = 2 ** 20;

/** The Workers runtime has a call of its own for the standard's `min`. */
function readAll(reader: ReadableStreamBYOBReader, min: number) {
  const view = new Uint8Array(min);
  if ("readAtLeast" in reader) return reader.readAtLeast(min, view);
  return (reader as StandardReader).read(view, { min });
}

interface StandardReader {
  read(view: Uint8Array, options: { readonly min: number }): Promise<{ readonly value?: Uint8Array }>;
}

/** The bytes of a stream, one part after another. Each call throws `BAD_ARTIFACT` when the stream ends before. */
export class ByteSource {
  readonly #reader: ReadableStreamBYOBReader;

  /** @param stream A stream of bytes, as stores and responses have. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader({ mode: "byob" });
  }

  /** The next bytes, in memory of their own. */
  async take(length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array();
    const { value } = await readAll(this.#reader, length);
    if (value?.length === length) return value;
    throw badArtifact(`The artifact ends after ${value?.length ?? 0} of ${length} bytes.`);
  }

  /** Copies the next bytes. @param target Asked for again for every piece, as memory may move meanwhile. */
  async copyInto(target: () => Uint8Array): Promise<void> {
    for (let at = 0, { length } = target(); at < length; at += PIECE_BYTES) {
      const piece = await this.take(Math.min(PIECE_BYTES, length - at));
      target().set(piece, at);
    }
  }

  /** Ends the reading, also of a stream that has more. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

/**
 * The chunks of a stream, in order. Leaving the loop early cancels the stream. A plain reader of the Workers runtime gives 4 KB at a time, which costs a
 * large file more than its parsing: streams of bytes are read by larger pieces.
 */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = readerOf(stream);
  let ended = false;
  try {
    for (;;) {
      const value = await reader.read();
      if (value === null) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel();
  }
}

/** The most that is asked for at once. */
const CHUNK_BYTES = 2 ** 18;

function readerOf(stream: ReadableStream<Uint8Array>) {
  const reader = largeReaderOf(stream);
  if (reader !== null) {
    const read = async () => {
      const { value } = await reader.readAtLeast(CHUNK_BYTES, new Uint8Array(CHUNK_BYTES));
      return value && value.length > 0 ? value : null;
    };
    return { read, cancel: () => reader.cancel() };
  }
  const plain = stream.getReader();
  const read = async () => {
    const { done, value } = await plain.read();
    return done ? null : value;
  };
  return { read, cancel: () => plain.cancel() };
}

/** Null for a stream that is none of bytes, and in runtimes that have no such reader. */
function largeReaderOf(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  if (!("readAtLeast" in ReadableStreamBYOBReader.prototype)) return null;
  try {
    return stream.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
