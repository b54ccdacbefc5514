import { formatOfName, parseFailureText } from "#contract/ingestion.ts";
import { EngineError } from "../../engine-error.ts";
import type { Breathe } from "../dataset-builder.ts";

/** An uploaded file: its bytes as stored, and the name that people know it by. */
export interface FileSource {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Effects and settings of every reader. */
export interface ReadOptions {
  /** Decompresses gzip; what it throws is reported as a damaged file. */
  readonly gunzip: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Called after each block of input. */
  readonly breathe: Breathe;
  /** Input is worked off in blocks of this many bytes. */
  readonly blockBytes?: number;
}

/** One block is a few milliseconds of work, for every format. */
export const BLOCK_BYTES = 65_536;

/** A line or record longer than this is no interaction: most often a quote that is never closed, or no table at all. */
export const MAX_RECORD_BYTES = 1_048_576;

/** The error of a file that cannot be read as what its name says; `cause` is a whole sentence. */
export function parseFailure(name: string, cause: string): EngineError {
  const suffix = formatOfName(name).suffix || ".csv";
  return new EngineError("BAD_DATA", `${parseFailureText(name, suffix)} ${cause}`);
}

/** The error of a line or record past MAX_RECORD_BYTES. */
export function tooLong(name: string, line: number, hint = ""): EngineError {
  return parseFailure(name, `Line ${line} begins a record of more than 1 MiB${hint}.`);
}
