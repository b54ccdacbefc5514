import type { ReadOptions } from "#engine/data/read/source.ts";
import { type FileReading, READ_BY_CONTENT } from "#jobs/file-reading.ts";
import { gunzip } from "#platform/gunzip.ts";
import type { Work } from "../work/work.ts";

/** The engine's options for reading a file. Jobs of earlier versions have none: the content decides. */
export function readOptionsOf(
  work: Work,
  reading: FileReading = READ_BY_CONTENT,
): ReadOptions & { readonly header: boolean | undefined } {
  const { header, separator, keepsMissingWords, counting } = reading;
  return {
    gunzip,
    breathe: () => work.breathe(),
    header: header ?? undefined,
    separator: separator ?? undefined,
    keepsMissingWords,
    weightRule: counting?.rule,
  };
}
