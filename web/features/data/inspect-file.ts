/**
 * Checks a chosen file before it is sent: the dashboard refuses what the platform would refuse, with the same reason.
 */

import { checkFileName } from "#contract/file-name.ts";
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { MAX_UPLOAD_BYTES } from "#contract/limits.ts";
import { type FileHead, type HeadTable, type KnownFormat, readHeadTable } from "#reading/head-table.ts";
import { GZIP_MAGIC, HEAD_BYTES, startsWith } from "#reading/plain-text.ts";
import { formatBytes } from "../../components/format.ts";
import { t } from "../../words/words.ts";

export type FileOutcome =
  | { readonly head: FileHead; readonly table: HeadTable }
  /** A sentence that says why the file is refused. */
  | { readonly problem: string };

export async function inspectFile(file: File, known: KnownFormat): Promise<FileOutcome> {
  const size = sizeProblem(file.size);
  if (size !== null) return { problem: size };
  const head = await readHead(file);
  if (head === null) return { problem: t("data.damagedGzip", file.name) };
  const found = readHeadTable(head, known);
  if ("problem" in found) return found;
  const name = checkFileName(file.name);
  return name === null ? { head, table: found.table } : { problem: name };
}

/** Why a file cannot be uploaded, whatever its columns are; null when it can. */
export async function refusalOf(file: File): Promise<string | null> {
  // A single row is data if the project says so; only the platform can decide this.
  const found = await inspectFile(file, { separator: undefined, header: false });
  return "problem" in found ? found.problem : null;
}

function sizeProblem(size: number): string | null {
  if (size === 0) return EMPTY_FILE_TEXT;
  if (size <= MAX_UPLOAD_BYTES) return null;
  const [has, most] = [formatBytes(size), formatBytes(MAX_UPLOAD_BYTES)];
  return t("data.tooLarge", has, most);
}

/** The first bytes of the content; null when they cannot be decompressed. */
async function readHead(file: File): Promise<FileHead | null> {
  const stored = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isGzip = startsWith(stored, GZIP_MAGIC);
  if (!isGzip) {
    return { name: file.name, bytes: stored, isWhole: file.size < HEAD_BYTES, isGzip };
  }
  const unpacked = await unpackHead(file.slice(emptyMembersLength(stored)));
  return unpacked && { name: file.name, ...unpacked, isGzip };
}

async function unpackHead(packed: Blob): Promise<Pick<FileHead, "bytes" | "isWhole"> | null> {
  const reader = packed.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const bytes = new Uint8Array(HEAD_BYTES);
  let filled = 0;
  try {
    while (filled < HEAD_BYTES) {
      const { value, done } = await reader.read();
      if (done) return { bytes: bytes.subarray(0, filled), isWhole: true };
      const taken = value.subarray(0, HEAD_BYTES - filled);
      bytes.set(taken, filled);
      filled += taken.length;
    }
    return { bytes, isWhole: false };
  } catch {
    // A second member, which browsers do not read, or later damage, which the platform reports.
    return filled === 0 ? null : { bytes: bytes.subarray(0, filled), isWhole: false };
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** An empty block, and zero for the checksum and the length. */
const EMPTY_MEMBER_END = [0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;
const LONGEST_MEMBER_HEADER = 1_024;

/** Programs that write in blocks sometimes begin with an empty member; browsers stop after it. */
function emptyMembersLength(stored: Uint8Array): number {
  for (let start = 0; ; ) {
    const from = start + 10;
    const within = stored.subarray(from, from + LONGEST_MEMBER_HEADER);
    const at = within.findIndex((_, index) => {
      const end = index + EMPTY_MEMBER_END.length;
      return (
        startsWith(within.subarray(index), EMPTY_MEMBER_END) && startsWith(within.subarray(end), GZIP_MAGIC)
      );
    });
    if (at < 0) return start;
    start = from + at + EMPTY_MEMBER_END.length;
  }
}
