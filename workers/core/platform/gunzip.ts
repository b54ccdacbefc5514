import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GunzipInput } from "#engine/data/read/gunzip-input.ts";

/**
 * Decompresses gzip as it streams: of one member or several, as bgzip and `cat a.gz b.gz` write, which the platform's
 * DecompressionStream refuses. Zeros may fill the file up to its end. When the reader stops, the source stops, too. Throws zlib's
 * error for damaged input, and an error for anything after such zeros: zlib would skip it silently.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new GunzipInput(chunks);
  const source = Readable.from(input.chunks);
  const unzip = createGunzip();
  source.on("error", (error) => unzip.destroy(error));
  input.consumed = () => unzip.bytesWritten;
  try {
    yield* source.pipe(unzip);
    await input.requireZeros();
  } finally {
    source.destroy();
  }
}
