import type { WeightRule } from "#contract/weight-rule.ts";
import { HEAD_BYTES, unreadableText } from "#reading/plain-text.ts";
import { EngineError } from "../../engine-error.ts";
import type { Breathe } from "../breathe.ts";

/** An uploaded file: its bytes as stored, and its original name. */
export interface FileSource {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where a part of a file is read: the bytes are those of the part, and the beginning of the file says what its format is. */
  readonly part?: FilePart & { readonly head: FileBeginning };
}

/** The first BLOCK_BYTES of a file that is not compressed, or all of it. */
export interface FileBeginning {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** Effects and settings of every reader. */
export interface ReadOptions {
  /** Decompresses gzip; its errors are reported as a damaged file. */
  readonly gunzip: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Called after each block of input. */
  readonly breathe: Breathe;
  /** The input is processed in blocks of this many bytes. */
  readonly blockBytes?: number;
  readonly limits?: ContentLimits;
  /** The separator of the cells; detected when absent. */
  readonly separator?: string | undefined;
  /** Whether NA, NULL and other words for nothing are ids like any other; otherwise their rows are rejected. */
  readonly keepsMissingWords?: boolean | undefined;
  /** What the numbers of a weight column are; weights as they are by default. */
  readonly weightRule?: WeightRule | null | undefined;
  /** Is shown each row of interactions that has ids, whether it is accepted or not. */
  readonly observe?: ((row: WeighedRow) => void) | undefined;
}

/** A row of interactions, and what became of it. */
export interface WeighedRow {
  readonly user: string;
  readonly item: string;
  /** Undefined in a file without types. */
  readonly type: string | undefined;
  /** Its number; undefined without a column of numbers, NaN for one that cannot be read. */
  readonly value: number | undefined;
  /** Epoch milliseconds; NaN without times. */
  readonly timeMs: number;
  /** Its weight, or the reason for which it is not accepted. */
  readonly outcome: number | string;
}

export interface OpenTableOptions extends ReadOptions {
  /** Required columns, by name or by position from 1; the first missing one in this order is reported. */
  readonly wanted: readonly string[];
  /** Whether rows are read with all columns; otherwise JSON rows hold the wanted ones only. */
  readonly allColumns: boolean;
  /** Whether the first row of delimited text is a header; detected when absent. */
  readonly header?: boolean | undefined;
  /** Whether rows include their text, where they have one. */
  readonly keepsText?: boolean;
}

/** Consecutive whole lines of a file that is read in parts. */
export interface FilePart {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The number of its first line in the file, from 1. */
  readonly firstLine: number;
}

/** A part of a file ends inside of a row, whose quoted cell goes on in the next part: the two are one part. */
export class CutInsideRow extends Error {
  constructor() {
    super("The part of the file ends inside of a row.");
    this.name = "CutInsideRow";
  }
}

/** Largest content of one file, after decompression. */
export interface ContentLimits {
  readonly plainBytes: number;
  /** Largest content per stored byte; applies from RATIO_COUNTS_FROM on. */
  readonly ratio: number;
}

/**
 * A megabyte of gzip may hold a gigabyte, which is minutes of work. Interactions shrink to a fifth or a twentieth; a file that
 * shrinks to less than a two-hundredth is a bomb, or almost empty.
 */
export const DEFAULT_LIMITS: ContentLimits = { plainBytes: 1024 ** 3, ratio: 200 };
export const NO_LIMITS: ContentLimits = {
  plainBytes: Number.POSITIVE_INFINITY,
  ratio: Number.POSITIVE_INFINITY,
};
export const RATIO_COUNTS_FROM = 16 * 1024 * 1024;

/** One block is a few milliseconds of work, for every format. */
export const BLOCK_BYTES = HEAD_BYTES;

/** A longer line or record is not an interaction: such a file is usually not a table. */
export const MAX_RECORD_BYTES = 1_048_576;

/** The error of an unreadable file; `cause` is a whole sentence, `usual` the usual suffix of such content. */
export function parseFailure(name: string, cause: string, usual = ".csv"): EngineError {
  return new EngineError("BAD_DATA", unreadableText(name, cause, usual));
}

/** The error of a line or record past MAX_RECORD_BYTES. */
export function tooLong(name: string, line: number, usual?: string): EngineError {
  return parseFailure(name, `Line ${line} begins a record of more than 1 MiB.`, usual);
}
