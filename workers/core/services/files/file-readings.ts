/** How to read a file: by the settings of its upload, else of its project, else by its content. */
import type { EventSettings } from "#contract/event-settings.ts";
import { trainingWeights } from "#contract/event-weight.ts";
import { parseSeparator } from "#contract/file-format.ts";
import { type DetectedFormat, detectedFormat } from "#contract/ingestion.ts";
import { DEFAULT_SESSION_GAP_MINUTES, type ReadingSettings, toReadingResponse } from "#contract/reading.ts";
import type { UploadKind } from "#contract/upload.ts";
import { weightRuleOf } from "#contract/weight-rule.ts";
import type { FileCounting, FileReading } from "#jobs/file-reading.ts";

/** The project's header and separator describe its interactions; files about items and users are separate tables. */
export function fileReadingOf(
  kind: UploadKind,
  projectSettings: ReadingSettings | null,
  fileSettings: ReadingSettings | null,
  eventSettings: EventSettings | null = null,
): FileReading {
  const counting = kind === "training_data" ? countingOf(fileSettings, eventSettings) : null;
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
    ...(fileSettings?.lookup && { lookup: fileSettings.lookup }),
    ...(fileSettings?.id_column !== undefined && { idColumn: fileSettings.id_column }),
    ...(kind === "training_data" && {
      ...(settings.session_column !== null && { sessionColumn: settings.session_column }),
      ...(settings.session_gap_minutes !== DEFAULT_SESSION_GAP_MINUTES && {
        sessionGapMinutes: settings.session_gap_minutes,
      }),
    }),
    ...(counting && { counting }),
  };
}

/** As the file counted when it was first read, else by the settings of its project; null if nothing is set. */
function countingOf(
  fileSettings: ReadingSettings | null,
  project: EventSettings | null,
): FileCounting | null {
  const { counting, events } = fileSettings ?? {};
  // The half-life of events is in the weights that are written for them, as is what their values are.
  if (events) {
    const { cap = null, cap_quantile: quantile } = events;
    if (cap === null && quantile === undefined) return null;
    return { weights: {}, cap, halfLifeDays: null, ...quantileOf(quantile) };
  }
  if (counting) {
    const { weights, cap, half_life_days: halfLifeDays, cap_quantile: quantile, rule } = counting;
    return { weights, cap, halfLifeDays, ...quantileOf(quantile), ...(rule && { rule }) };
  }
  if (project === null) return null;
  const { event_weights: own, event_cap: cap, event_half_life_days: halfLifeDays } = project;
  const rule = weightRuleOf(project);
  return {
    ...{ weights: trainingWeights(own), cap, halfLifeDays },
    ...quantileOf(project.event_cap_quantile),
    ...(rule && { rule }),
  };
}

function quantileOf(capQuantile: number | null | undefined): Pick<FileCounting, "capQuantile"> {
  return capQuantile == null ? {} : { capQuantile };
}

/** The weights by which rows of a file count that have an event type. */
export function rowWeights({ counting }: FileReading): Readonly<Record<string, number>> {
  return counting?.weights ?? trainingWeights();
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
