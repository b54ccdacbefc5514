import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GunzipInput } from "#engine/data/read/gunzip-input.ts";
import { type FileSource, NO_LIMITS, type ReadOptions } from "#engine/data/read/source.ts";
import { EngineError } from "#engine/engine-error.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";

/**
 * Reads a file by a reader of the engine, and shows how far it is. Throws `UsageError` that names the file, and the line or column
 * where there is one. The caller's own file on the caller's own machine needs no limit of size.
 */
export async function readFile<Result>(
  path: string,
  progress: Progress,
  read: (source: FileSource, options: ReadOptions) => Promise<Result>,
): Promise<Result> {
  const size = await sizeOf(path);
  progress.stage(`Reading ${path}`);
  let readBytes = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path)) {
      readBytes += chunk.length;
      yield chunk;
    }
  }
  const breathe = async () => progress.update(readBytes / size, `${Math.round((100 * readBytes) / size)} %`);
  try {
    return await read({ name: path, bytes: bytes() }, { gunzip, breathe, limits: NO_LIMITS });
  } catch (error) {
    throw namedAfter(path, error);
  }
}

export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new GunzipInput(bytes);
  const source = Readable.from(input.chunks);
  const unzip = createGunzip();
  source.on("error", (error) => unzip.destroy(error));
  input.consumed = () => unzip.bytesWritten;
  try {
    yield* source.pipe(unzip) as AsyncIterable<Uint8Array>;
    await input.requireZeros();
  } finally {
    source.destroy();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path}: ${fileProblem(error)}`);
  });
  if (found.isDirectory()) throw new UsageError(`${path}: this is a folder, not a file.`);
  return Math.max(1, found.size);
}

/** Why a file cannot be read or written, as a sentence. */
export function fileProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such file or folder.";
  if (code === "EACCES" || code === "EPERM") return "access is denied.";
  if (code === "EISDIR") return "this is a folder, not a file.";
  return `${message}.`;
}

/** The error as a mistake in a file: with its name, once. */
export function namedAfter(path: string, error: unknown): unknown {
  if (error instanceof EngineError) {
    return new UsageError(error.message.includes(path) ? error.message : `${path}: ${error.message}`);
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined
    ? error
    : new UsageError(`${path}: ${fileProblem(error as NodeJS.ErrnoException)}`);
}
