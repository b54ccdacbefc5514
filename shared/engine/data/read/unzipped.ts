/** Content of a file within its limits, and decompression with correct errors. */
import { EngineError } from "../../engine-error.ts";
import { type ContentLimits, RATIO_COUNTS_FROM, type ReadOptions } from "./source.ts";

/** Passes content on. Throws UNSUPPORTED past the limit. */
export async function* limitedContent(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  { plainBytes }: ContentLimits,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    if (count > plainBytes) throw tooMuch(name, plainBytes);
    yield chunk;
  }
}

/**
 * The content of a gzip file, of one member or several. Throws BAD_DATA when decompression fails, UNSUPPORTED past the limits, and
 * passes on a failure to read the stored bytes.
 */
export async function* unzipped(
  name: string,
  stored: AsyncIterable<Uint8Array>,
  gunzip: ReadOptions["gunzip"],
  limits: ContentLimits,
): AsyncGenerator<Uint8Array> {
  let readFailure: unknown = null;
  let readCount = 0;
  let plainCount = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stored) {
        readCount += chunk.length;
        yield chunk;
      }
    } catch (error) {
      readFailure = error;
      throw error;
    }
  }
  try {
    for await (const chunk of gunzip(watched())) {
      plainCount += chunk.length;
      if (plainCount > limits.plainBytes) throw tooMuch(name, limits.plainBytes);
      if (plainCount > RATIO_COUNTS_FROM && plainCount > readCount * limits.ratio) {
        throw new EngineError(
          "UNSUPPORTED",
          `${name} holds more than ${limits.ratio} times as much as its compressed size: no table is like that. Decompress it and check it.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (readFailure !== null) throw readFailure;
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      "BAD_DATA",
      `${name} is not a valid gzip file: it is damaged, cut off, or has other data after the gzip content.`,
      { cause: error },
    );
  }
}

function tooMuch(name: string, plainBytes: number): EngineError {
  return new EngineError(
    "UNSUPPORTED",
    `${name} holds more than ${Math.floor(plainBytes / 1024 / 1024)} MB of content, which is the limit.`,
  );
}
