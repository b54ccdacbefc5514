/** Whether a file has far more rows than an isolate holds, told by its beginning: reading it in one go would be work for nothing. */
import { countNewlines, GZIP_MAGIC, startsWith } from "#reading/plain-text.ts";
import { MAX_BUILD_BYTES, PEAK_ROW_BYTES } from "../../data/dataset-builder.ts";

/** Rows may be longer later in the file, and some are refused. */
const MARGIN = 2;
/** Of so few lines the mean says little. */
const FEWEST_LINES = 100;
const QUOTE = 0x22;

/**
 * True only where the lines are rows for sure: plain text without quotes. Other files are read until their rows no longer fit.
 *
 * @param head The first bytes of the file.
 */
export function isFarPastIsolate(
  head: Uint8Array,
  { bytes, hasTimes }: { readonly bytes: number; readonly hasTimes: boolean },
): boolean {
  if (startsWith(head, GZIP_MAGIC) || head.includes(QUOTE)) return false;
  const lines = countNewlines(head);
  if (lines < FEWEST_LINES) return false;
  const rows = (bytes / head.length) * lines;
  return (
    rows * (hasTimes ? PEAK_ROW_BYTES.withTimes : PEAK_ROW_BYTES.withoutTimes) > MARGIN * MAX_BUILD_BYTES
  );
}
