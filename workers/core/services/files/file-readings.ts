/** How to read a file: by the settings of its upload, else of its project, else by its content. */
import { type DetectedFormat, detectedFormat } from "#contract/ingestion.ts";
import { parseSeparator, type ReadingSettings, toReadingResponse } from "#contract/reading.ts";
import type { UploadKind } from "#contract/upload.ts";
import type { FileReading } from "#jobs/file-reading.ts";

/** The project's header and separator describe its interactions; files about items and users are separate tables. */
export function fileReadingOf(
  kind: UploadKind,
  projectSettings: ReadingSettings | null,
  fileSettings: ReadingSettings | null,
): FileReading {
  const { header, separator, ...forAll } = projectSettings ?? {};
  const settings = toReadingResponse({
    ...(kind === "training_data" && projectSettings),
    ...forAll,
    ...fileSettings,
  });
  return {
    header: settings.header === "auto" ? null : settings.header === "yes",
    separator: settings.separator === null ? null : parseSeparator(settings.separator),
    keepsMissingWords: settings.missing_words === "keep",
    ...(fileSettings?.form_had_no_end && { mayBeCut: true }),
  };
}

/** How a file was read, by its report; null when there is none. */
export function formatOfReport(report: unknown): DetectedFormat | null {
  const { format } = (report ?? {}) as { readonly format?: unknown };
  const parsed = detectedFormat.safeParse(format);
  return parsed.success ? parsed.data : null;
}

/** Settings that repeat an earlier reading: an erasure leaves fewer rows, which might suggest others. */
export function settingsAlike(
  settings: ReadingSettings | null,
  format: DetectedFormat | null,
): ReadingSettings | null {
  if (format === null || format.header === null) return settings;
  return { ...settings, header: format.header ? "yes" : "no", separator: format.delimiter };
}
