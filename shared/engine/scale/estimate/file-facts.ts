/** What the beginning of a file says about how it is read. */
import { formatOfName } from "#contract/file-name.ts";
import { sniff } from "#reading/sniff.ts";
import { isByLines } from "../ingest/survey-file.ts";
import type { FileFacts } from "./estimate-ingestion.ts";

export interface FileBeginning {
  readonly name: string;
  /** The first characters of the content, decompressed; empty if nothing is known. */
  readonly head: string;
  /** Bytes of the file, as it is sent. */
  readonly bytes: number;
  readonly columns: readonly string[];
  readonly separator: string | undefined;
}

export type BeginningFacts = Pick<FileFacts, "rowBytes" | "isOneRange" | "isGzip"> & {
  /** Lines may be parts of rows. */
  readonly hasQuotes: boolean;
};

/** Whether a file is one range, and how long its rows are; the length is absent where the beginning has no whole row. */
export function factsOfBeginning({ name, head, bytes, columns, separator }: FileBeginning): BeginningFacts {
  const isGzip = formatOfName(name).gzip;
  const hasQuotes = head.includes('"');
  if (head.trim() === "") return { isGzip, isOneRange: isGzip, hasQuotes };
  const isWhole = !isGzip && new TextEncoder().encode(head).length >= bytes;
  const sniffed = sniff({ name, head, isWhole }, columns, separator);
  const rowBytes = meanBytes(head, rowEndOf(sniffed));
  return {
    ...{ isGzip, hasQuotes, isOneRange: isGzip || !isByLines(sniffed) },
    ...(rowBytes !== null && { rowBytes }),
  };
}

/** What every row has once; null for a document of columns, whose beginning has only one of them. */
function rowEndOf(sniffed: ReturnType<typeof sniff>): string | null {
  if (sniffed.kind === "columns") return null;
  if (sniffed.kind === "records") return "}";
  return sniffed.kind === "delimited" && sniffed.hasCarriageReturnLines ? "\r" : "\n";
}

/** Mean bytes from one end to the next, a header left out. */
function meanBytes(head: string, end: string | null): number | null {
  if (end === null) return null;
  const rows = head.split(end).length - 2;
  if (rows < 1) return null;
  const from = head.indexOf(end) + 1;
  return new TextEncoder().encode(head.slice(from, head.lastIndexOf(end) + 1)).length / rows;
}
