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
