/** What a file name suggests about its content. It is a hint: the content decides how a file is read. */

export const FILE_FORMATS = ["csv", "tsv", "json", "ndjson", "jsonl"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export const COMPRESSION_SUFFIXES: readonly string[] = [".gz", ".gzip"];

/** Suffixes of a file name with their dots (`.csv`, `.gz`); a leading or trailing dot does not begin one. */
export function suffixesOf(name: string): string[] {
  const base = name.slice(name.lastIndexOf("/") + 1).replace(/^\.+/, "");
  if (base.endsWith(".")) return [];
  return base
    .split(".")
    .slice(1)
    .map((suffix) => `.${suffix}`);
}

/** The format that a file name suggests, in any case; `format` is null for an unknown suffix. */
export function formatOfName(name: string): { format: FileFormat | null; suffix: string; gzip: boolean } {
  const suffixes = suffixesOf(name);
  const gzip = isCompression(suffixes.at(-1));
  const suffix = (gzip ? suffixes.at(-2) : suffixes.at(-1)) ?? "";
  const format = FILE_FORMATS.find((known) => `.${known}` === suffix.toLowerCase()) ?? null;
  return { format, suffix, gzip };
}

/** Splits a file name: `ratings.2024.csv.gz` is `ratings.2024` and `.csv.gz`. */
export function splitFileName(name: string): { stem: string; suffix: string } {
  const suffixes = suffixesOf(name);
  const count = isCompression(suffixes.at(-1)) ? 2 : 1;
  const suffix = suffixes.slice(-count).join("");
  return { stem: name.slice(0, name.length - suffix.length), suffix };
}

function isCompression(suffix: string | undefined): boolean {
  return COMPRESSION_SUFFIXES.includes((suffix ?? "").toLowerCase());
}

const CONTENT_TEXT =
  "Supported is any text of rows (.csv, .tsv, .txt, .data, .dat, .log, without a suffix and so on), JSON (.json) and JSON lines (.ndjson, " +
  ".jsonl), also with gzip compression (.gz/.gzip).";

/** Compressed in a way that is not supported, and never text. */
const PACKED = /\.(zip|7z|rar|tar|tgz|bz2|xz|zst|lz4)$/i;
const BINARY =
  /\.(xlsx?|ods|parquet|feather|orc|avro|pickle|pkl|npy|npz|h5|sqlite|db|png|jpe?g|gif|webp|pdf|docx?|exe)$/i;

/**
 * The problem with the name of an uploaded file, or null. The content decides how a file is read, so any name is accepted except
 * one that promises content other than text. That is refused before all of it is sent.
 */
export function checkFileName(name: string): string | null {
  if (PACKED.test(name)) return "Only .gzip or .gz compression are supported.";
  const [suffix] = BINARY.exec(name) ?? [];
  return suffix === undefined ? null : `${suffix} file not supported. ${CONTENT_TEXT}`;
}
