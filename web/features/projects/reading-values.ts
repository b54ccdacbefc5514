/** The settings for reading files, as form fields hold them. */
import {
  DEFAULT_SESSION_GAP_MINUTES,
  type HeaderSetting,
  type MissingWordsSetting,
  parseSeparator,
  type ReadingRequest,
  SEPARATOR_TEXT,
} from "#contract/reading.ts";
import type { KnownFormat } from "#reading/head-table.ts";

export interface ReadingValues {
  readonly header: HeaderSetting;
  /** One of `SEPARATOR_OPTIONS`. */
  readonly separator: string;
  /** The separator itself where the choice is "other". */
  readonly other_separator: string;
  readonly missing_words: MissingWordsSetting;
  readonly session_column: string;
  readonly session_gap_minutes: string;
}

export const AUTO = "auto";
export const OTHER = "other";

export const SEPARATOR_OPTIONS = [
  { value: AUTO, label: "Detect automatically" },
  { value: ",", label: "Comma ," },
  { value: ";", label: "Semicolon ;" },
  { value: "\t", label: "Tab" },
  { value: "|", label: "Vertical bar |" },
  { value: "::", label: "Two colons ::" },
  { value: " ", label: "Spaces or tabs, any number" },
  { value: OTHER, label: "Other…" },
] as const;

export const HEADER_OPTIONS: readonly { readonly value: HeaderSetting; readonly label: string }[] = [
  { value: "auto", label: "Detect automatically" },
  { value: "yes", label: "Yes, it has the column names" },
  { value: "no", label: "No, it is data" },
];

export const MISSING_WORDS_OPTIONS: readonly {
  readonly value: MissingWordsSetting;
  readonly label: string;
}[] = [
  { value: "reject", label: "Reject the row" },
  { value: "keep", label: "Keep it as an id" },
];

/** The settings of a project; missing ones are detected. */
export function toReadingValues(settings: {
  readonly header?: HeaderSetting | undefined;
  readonly separator?: string | null | undefined;
  readonly missing_words?: MissingWordsSetting | undefined;
  readonly session_column?: string | null | undefined;
  readonly session_gap_minutes?: number | undefined;
}): ReadingValues {
  const set = settings.separator == null ? AUTO : (parseSeparator(settings.separator) ?? settings.separator);
  const isListed = SEPARATOR_OPTIONS.some(({ value }) => value === set);
  return {
    header: settings.header ?? "auto",
    separator: isListed ? set : OTHER,
    other_separator: isListed ? "" : set,
    missing_words: settings.missing_words ?? "reject",
    session_column: settings.session_column ?? "",
    session_gap_minutes: String(settings.session_gap_minutes ?? DEFAULT_SESSION_GAP_MINUTES),
  };
}

/** The chosen separator: null to detect it, undefined if the typed text cannot be one. */
function separatorOf({ separator, other_separator }: ReadingValues): string | null | undefined {
  if (separator === AUTO) return null;
  return separator === OTHER ? (parseSeparator(other_separator) ?? undefined) : separator;
}

export function separatorProblem(values: ReadingValues): string | null {
  return separatorOf(values) === undefined ? SEPARATOR_TEXT : null;
}

/** For a request. An impossible separator is left out: `separatorProblem` has checked it before. */
export function toReadingRequest(values: ReadingValues): Required<ReadingRequest> {
  const { header, missing_words, session_column: column, session_gap_minutes: minutes } = values;
  return {
    ...{ header, separator: separatorOf(values) ?? null, missing_words },
    session_column: column.trim() || null,
    session_gap_minutes: minutes.trim() === "" ? null : Number(minutes),
  };
}

/** For reading the beginning of a file. */
export function toKnownFormat(values: ReadingValues): KnownFormat {
  return {
    separator: separatorOf(values) ?? undefined,
    header: values.header === "auto" ? undefined : values.header === "yes",
  };
}
