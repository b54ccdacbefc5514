import { UPLOAD_PART_BYTES } from "#contract/limits.ts";

/** The part of an R2 bucket that storing a stream needs. */
export type StreamStore = Pick<R2Bucket, "put" | "createMultipartUpload">;

/** Thrown when a stream is longer than allowed; no part is stored. */
export class StreamTooLong extends Error {}

/**
 * Stores bytes of unknown number under a key and returns how many there were. At most one part (8 MiB) is in memory at a time. A
 * stream that fits one part is stored at once, a longer one part by part.
 */
export async function storeStream(
  store: StreamStore,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<number> {
  const sink = new PartSink(store, key, maxBytes);
  try {
    for await (const chunk of chunks) await sink.write(chunk);
    return await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

class PartSink {
  readonly #store: StreamStore;
  readonly #key: string;
  readonly #maxBytes: number;
  #part = new Uint8Array(64 * 1024);
  #length = 0;
  #total = 0;
  #upload: R2MultipartUpload | null = null;
  readonly #parts: R2UploadedPart[] = [];

  constructor(store: StreamStore, key: string, maxBytes: number) {
    this.#store = store;
    this.#key = key;
    this.#maxBytes = maxBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#total += chunk.length;
    if (this.#total > this.#maxBytes) throw new StreamTooLong();
    let rest = chunk;
    while (rest.length > 0) {
      const room = Math.min(rest.length, UPLOAD_PART_BYTES - this.#length);
      this.#grow(this.#length + room);
      this.#part.set(rest.subarray(0, room), this.#length);
      this.#length += room;
      rest = rest.subarray(room);
      if (this.#length === UPLOAD_PART_BYTES) await this.#flush();
    }
  }

  async close(): Promise<number> {
    if (this.#upload === null) {
      await this.#store.put(this.#key, this.#part.subarray(0, this.#length));
      return this.#total;
    }
    if (this.#length > 0) await this.#flush();
    await this.#upload.complete(this.#parts);
    return this.#total;
  }

  /** Fails silently: R2 drops an upload that cannot be aborted after a week. */
  async abort(): Promise<void> {
    await this.#upload?.abort().catch(() => undefined);
  }

  #grow(length: number): void {
    if (length <= this.#part.length) return;
    const larger = new Uint8Array(Math.min(UPLOAD_PART_BYTES, Math.max(length, this.#part.length * 2)));
    larger.set(this.#part.subarray(0, this.#length));
    this.#part = larger;
  }

  async #flush(): Promise<void> {
    this.#upload ??= await this.#store.createMultipartUpload(this.#key);
    const part = await this.#upload.uploadPart(this.#parts.length + 1, this.#part.subarray(0, this.#length));
    this.#parts.push(part);
    this.#length = 0;
  }
}
