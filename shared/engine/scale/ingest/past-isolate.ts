/** Whether a file has more rows than an isolate holds, told by samples of it: reading it in one go would be work for nothing. */
import { countNewlines, GZIP_MAGIC, startsWith } from "#reading/plain-text.ts";
import { MAX_BUILD_BYTES, PEAK_ROW_BYTES } from "../../data/dataset-builder.ts";

/** Rows may be longer between the samples, and some are refused. */
const MARGIN = 1.2;
/** Where rules leave out rows: low ratings, or events of some types. */
const DROPPING_MARGIN = 2;
/** Of so few lines the mean says little. */
const FEWEST_LINES = 100;
const QUOTE = 0x22;

interface RowFacts {
  readonly hasTimes: boolean;
  /** Rules may leave rows out. */
  readonly dropsRows: boolean;
}

/** How many rows an isolate can sort, their ids left aside. */
export function mostRowsOfIsolate(hasTimes: boolean): number {
  return MAX_BUILD_BYTES / (hasTimes ? PEAK_ROW_BYTES.withTimes : PEAK_ROW_BYTES.withoutTimes);
}

/** Whether a file is read in stages at once. @param rows That it seems to have. */
export function isPastMargin(rows: number, { hasTimes, dropsRows }: RowFacts): boolean {
  return rows > (dropsRows ? DROPPING_MARGIN : MARGIN) * mostRowsOfIsolate(hasTimes);
}

/**
 * True only where the lines are rows for sure: plain text without quotes. Other files are read until their rows no longer fit.
 *
 * @param samples Of the file; the first one is its beginning.
 */
export function isFarPastIsolate(
  samples: readonly Uint8Array[],
  { bytes, ...facts }: RowFacts & { readonly bytes: number },
): boolean {
  const [head] = samples;
  if (!head || startsWith(head, GZIP_MAGIC) || samples.some((sample) => sample.includes(QUOTE))) return false;
  const lines = samples.reduce((sum, sample) => sum + countNewlines(sample), 0);
  if (lines < FEWEST_LINES) return false;
  const sampled = samples.reduce((sum, sample) => sum + sample.length, 0);
  return isPastMargin((bytes / sampled) * lines, facts);
}
