/** Checks whether bytes are text in UTF-8, and says in words what is wrong if they are not. */
import { formatOfName } from "#contract/file-name.ts";
import { EMPTY_FILE_TEXT, parseFailureText } from "#contract/ingestion.ts";

/** This many bytes of a file's content decide how the file is read. */
export const HEAD_BYTES = 65_536;

export const GZIP_MAGIC = [0x1f, 0x8b] as const;
const UTF8_MARK = [0xef, 0xbb, 0xbf] as const;
const NEWLINE = 0x0a;

const BINARY_SIGNATURES: readonly (readonly [readonly number[], string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive or an Excel workbook"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd"],
  [[0x42, 0x5a, 0x68], "compressed with bzip2"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], "a PDF document"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed with xz"],
  [GZIP_MAGIC, "gzip within gzip"],
  [[0xff, 0xfe], "UTF-16 text; save it as UTF-8"],
  [[0xfe, 0xff], "UTF-16 text; save it as UTF-8"],
];

/** A zero byte in an id rejects its row; this many of them mean that the content is not text. */
const MAX_ZERO_SHARE = 0.05;

export function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** Length of byte order marks at the beginning. */
export function marksLength(bytes: Uint8Array): number {
  let length = 0;
  while (startsWith(bytes.subarray(length), UTF8_MARK)) length += UTF8_MARK.length;
  return length;
}

/** Why the content of a file is clearly not text; null otherwise. */
export function binaryProblem(name: string, head: Uint8Array, isGzip: boolean): string | null {
  const found = BINARY_SIGNATURES.find(([signature]) => startsWith(head, signature));
  if (found) return `${name} is not a text file: its content is ${found[1]}.`;
  const zeroCount = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (zeroCount <= head.length * MAX_ZERO_SHARE) return null;
  if (!isGzip && formatOfName(name).gzip) return notGzipText(name);
  const line = countNewlines(head.subarray(0, head.indexOf(0))) + 1;
  const percent = Math.round((100 * zeroCount) / head.length);
  return `${name} is not a text file: line ${line} has a zero byte, and ${percent} % of its beginning are zero bytes.`;
}

function notGzipText(name: string): string {
  return `${name} is not a valid gzip file: byte 1 is not the gzip signature 1f 8b.`;
}

/** The message for an unreadable file; `cause` is a whole sentence, `usual` the usual suffix of such content. */
export function unreadableText(name: string, cause: string, usual = ".csv"): string {
  const promised = formatOfName(name);
  return `${parseFailureText(name, promised.format === null ? usual : promised.suffix)} ${cause}`;
}

/** The message for content that begins with blanks only. */
export function blankText(name: string, isWhole: boolean): string {
  return isWhole ? EMPTY_FILE_TEXT : `The first 64 KB of ${name} are blank.`;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes strict UTF-8. Null when it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Where bytes that `decodeUtf8` refused stop being UTF-8. `line` is the line of the first such byte. */
export function utf8Problem(name: string, bytes: Uint8Array, line: number, isGzip: boolean): string {
  if (formatOfName(name).gzip && !isGzip) return notGzipText(name);
  const at = validPrefix(bytes);
  const badLine = line + countNewlines(bytes.subarray(0, at));
  const hex = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return unreadableText(name, `Line ${badLine} is not valid UTF-8 (byte 0x${hex}); save the file as UTF-8.`);
}

/** Length without a cut character at the end; the decoder finds anything invalid. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Number of bytes of the character that begins with a leading byte; 1 for other bytes. */
function sequenceLength(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 1;
}

/** Length of the longest valid beginning, by bisection. */
function validPrefix(bytes: Uint8Array): number {
  const isValid = (length: number): boolean =>
    decodeUtf8(bytes.subarray(0, wholeCharacters(bytes.subarray(0, length)))) !== null;
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValid(middle)) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes.subarray(0, low));
}

/** Number of newlines. */
export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
