import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/**
 * Decompresses gzip as it streams: of one member or several, as bgzip and `cat a.gz b.gz` write, which the platform's
 * DecompressionStream refuses. Reading no further stops the source, too. Throws what zlib throws for damaged input.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  const unzip = createGunzip();
  source.on("error", (error) => unzip.destroy(error));
  try {
    yield* source.pipe(unzip);
  } finally {
    source.destroy();
  }
}
