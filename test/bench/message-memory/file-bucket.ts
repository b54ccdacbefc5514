/** The part of an R2 bucket that the trainer uses, in files: what is stored takes no memory of this process. */
import { closeSync, existsSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

const CHUNK_BYTES = 64 * 1024;

type Content = ReadableStream<Uint8Array> | Uint8Array;

interface Range {
  readonly offset: number;
  readonly length: number;
}

export interface FileBucket {
  put(key: string, content: Content): Promise<void>;
  head(key: string): Promise<{ size: number; etag: string } | null>;
  get(key: string, options?: { readonly range?: Range }): Promise<unknown>;
  delete(keys: string | readonly string[]): Promise<void>;
}

/** @param onChunk Called while an object is written or read. */
export function createFileBucket(folder: string, onChunk: () => void): FileBucket {
  const pathOf = (key: string): string => join(folder, encodeURIComponent(key));
  const bodyOf = (path: string, { offset, length }: Range): ReadableStream<Uint8Array> => {
    const file = openSync(path, "r");
    let at = offset;
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        const chunk = new Uint8Array(Math.min(CHUNK_BYTES, offset + length - at));
        if (chunk.length > 0) at += readSync(file, chunk, 0, chunk.length, at);
        onChunk();
        if (chunk.length > 0) controller.enqueue(chunk);
        if (at < offset + length) return;
        closeSync(file);
        controller.close();
      },
    });
  };
  return {
    async put(key, content) {
      const file = openSync(pathOf(key), "w");
      const chunks = content instanceof Uint8Array ? [content] : content;
      for await (const chunk of chunks) {
        onChunk();
        for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
      }
      closeSync(file);
    },
    async head(key) {
      return existsSync(pathOf(key)) ? { size: statSync(pathOf(key)).size, etag: key } : null;
    },
    async get(key, options) {
      const path = pathOf(key);
      if (!existsSync(path)) return null;
      const range = options?.range ?? { offset: 0, length: statSync(path).size };
      const arrayBuffer = async () => {
        const bytes = new Uint8Array(range.length);
        const file = openSync(path, "r");
        readSync(file, bytes, 0, bytes.length, range.offset);
        closeSync(file);
        onChunk();
        return bytes.buffer;
      };
      return {
        size: statSync(path).size,
        get body() {
          return bodyOf(path, range);
        },
        arrayBuffer,
      };
    },
    async delete(keys) {
      for (const key of typeof keys === "string" ? [keys] : keys) rmSync(pathOf(key), { force: true });
    },
  };
}

/** Node has none; the bucket writes whatever comes. */
export class AnyLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(_bytes: number) {
    super();
  }
}
