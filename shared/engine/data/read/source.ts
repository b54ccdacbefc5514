import { HEAD_BYTES, unreadableText } from "#reading/plain-text.ts";
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
  readonly limits?: ContentLimits;
  /** What separates the cells of a line; found out when not given. */
  readonly separator?: string | undefined;
  /** Whether NA, NULL and other words for nothing are ids like any other; rows that have them for ids are rejected otherwise. */
  readonly keepsMissingWords?: boolean | undefined;
}

/** How much content is read of one file, whatever it takes compressed. */
export interface ContentLimits {
  readonly plainBytes: number;
  /** Content by stored bytes; counted from RATIO_COUNTS_FROM on. */
  readonly ratio: number;
}

/**
 * A megabyte of gzip may hold a gigabyte, which is minutes of work. Interactions shrink to a fifth or a twentieth; what shrinks to
 * less than a two-hundredth is a bomb, or holds next to nothing.
 */
export const DEFAULT_LIMITS: ContentLimits = { plainBytes: 1024 ** 3, ratio: 200 };
export const NO_LIMITS: ContentLimits = {
  plainBytes: Number.POSITIVE_INFINITY,
  ratio: Number.POSITIVE_INFINITY,
};
export const RATIO_COUNTS_FROM = 16 * 1024 * 1024;

/** One block is a few milliseconds of work, for every format. */
export const BLOCK_BYTES = HEAD_BYTES;

/** A line or record longer than this is no interaction: the file is most often no table at all. */
export const MAX_RECORD_BYTES = 1_048_576;

/** The error of a file that cannot be read; `cause` is a whole sentence, `usual` the suffix of what its content is taken for. */
export function parseFailure(name: string, cause: string, usual = ".csv"): EngineError {
  return new EngineError("BAD_DATA", unreadableText(name, cause, usual));
}

/** The error of a line or record past MAX_RECORD_BYTES. */
export function tooLong(name: string, line: number, usual?: string): EngineError {
  return parseFailure(name, `Line ${line} begins a record of more than 1 MiB.`, usual);
}
