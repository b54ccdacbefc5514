import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { describeFormat } from "#contract/reading.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { buildFromAdjacency } from "#engine/data/build/build-from-adjacency.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withMinimumInteractions } from "#engine/data/prepare.ts";
import { GunzipInput } from "#engine/data/read/gunzip-input.ts";
import { NO_LIMITS } from "#engine/data/read/source.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { ReadSettings } from "../options/data-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";

interface LoadedData {
  readonly dataset: Dataset;
  /** Warnings, one sentence each, with the name of the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads a file of interactions, and reports what it leaves out. Throws `UsageError` that names the file, and the line
 * or column where there is one.
 */
export async function loadDataset(
  path: string,
  settings: ReadSettings,
  progress: Progress,
): Promise<Dataset> {
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
    const { dataset, warnings } = await build({ name: path, bytes: bytes() }, settings, breathe);
    // Printed at once: a later error may have its cause here.
    for (const warning of warnings) progress.done(warning);
    return dataset;
  } catch (error) {
    throw namedAfter(path, error);
  }
}

async function build(
  source: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  settings: ReadSettings,
  breathe: () => Promise<void>,
): Promise<LoadedData> {
  const { isAdjacency, columns, isOrdered, rules, minimum, separator, keepsMissingWords } = settings;
  const { name: path } = source;
  const options = {
    ...{ gunzip, breathe, separator, keepsMissingWords },
    // The caller's own file on the caller's own machine needs no limit of size.
    limits: NO_LIMITS,
    maxBytes: Number.POSITIVE_INFINITY,
  };
  if (isAdjacency) {
    const { duplicates } = rules;
    const built = await buildFromAdjacency(source, {
      ...options,
      isOrdered,
      ...(duplicates && { duplicates }),
    });
    const warnings =
      built.duplicateCount > 0
        ? [`${path}: ${built.duplicateCount} items are listed more than once for a user.`]
        : [];
    return { dataset: withMinimumInteractions(built.dataset, minimum), warnings };
  }
  const { dataset, report } = await buildDataset(source, { ...options, columns, rules, minimum, isOrdered });
  const [first] = report.rejected;
  const example = first ? [`${path}: the first rejected row is line ${first.line}: it ${first.reason}.`] : [];
  const { format } = report;
  // With column names and a usual separator the format needs no explanation.
  const isPlain = [null, ",", "\t"].includes(format.delimiter) && !/^\d+$/.test(columns.user);
  const told = isPlain ? [] : [`${path}: ${describeFormat(format)}`];
  return {
    dataset,
    warnings: [...told, ...report.warnings.map((warning) => `${path}: ${warning}`), ...example],
  };
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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

function namedAfter(path: string, error: unknown): unknown {
  if (error instanceof EngineError) {
    return new UsageError(error.message.includes(path) ? error.message : `${path}: ${error.message}`);
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined
    ? error
    : new UsageError(`${path}: ${fileProblem(error as NodeJS.ErrnoException)}`);
}
