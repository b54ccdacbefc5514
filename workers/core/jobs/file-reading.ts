import type { DetectedFormat } from "#contract/ingestion.ts";

/** How a file is read: what its owner set, or what an earlier reading found. What is null, its content decides. */
export interface FileReading {
  /** Whether the first row is a header. */
  readonly header: boolean | null;
  readonly separator: string | null;
  readonly keepsMissingWords: boolean;
  /** The form that brought the file had neither an end nor a length: the report says so. */
  readonly mayBeCut?: boolean;
}

export const READ_BY_CONTENT: FileReading = { header: null, separator: null, keepsMissingWords: false };

/** The same reading of what is left of a file: fewer rows might tell otherwise. */
export function readAlike(reading: FileReading, { header, delimiter }: DetectedFormat): FileReading {
  return { ...reading, header: header ?? reading.header, separator: delimiter ?? reading.separator };
}
