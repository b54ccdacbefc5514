/** The settings for reading files, as form fields hold them. */

import { parseSeparator } from "#contract/file-format.ts";
import {
  DEFAULT_SESSION_GAP_MINUTES,
  type HeaderSetting,
  type MissingWordsSetting,
  type ReadingRequest,
  SEPARATOR_TEXT,
} from "#contract/reading.ts";
import type { KnownFormat } from "#reading/head-table.ts";
import { t } from "../../words/words.ts";

export interface ReadingValues {
  readonly header: HeaderSetting;
  /** One of `separatorOptions()`. */
  readonly separator: string;
  /** The separator itself where the choice is "other". */
  readonly other_separator: string;
  readonly missing_words: MissingWordsSetting;
  readonly session_column: string;
  readonly session_gap_minutes: string;
}

export const AUTO = "auto";
export const OTHER = "other";

export const separatorOptions = () =>
  [
    { value: AUTO, label: t("projects.reading.detect") },
    { value: ",", label: t("projects.reading.comma") },
    { value: ";", label: t("projects.reading.semicolon") },
    { value: "\t", label: t("projects.reading.tab") },
    { value: "|", label: t("projects.reading.bar") },
    { value: "::", label: t("projects.reading.colons") },
    { value: " ", label: t("projects.reading.blanks") },
    { value: OTHER, label: t("projects.reading.other") },
  ] as const;

export const headerOptions = (): readonly { readonly value: HeaderSetting; readonly label: string }[] => [
  { value: "auto", label: t("projects.reading.detect") },
  { value: "yes", label: t("projects.reading.hasHeader") },
  { value: "no", label: t("projects.reading.noHeader") },
];

export const missingWordsOptions = (): readonly {
  readonly value: MissingWordsSetting;
  readonly label: string;
}[] => [
  { value: "reject", label: t("projects.reading.reject") },
  { value: "keep", label: t("projects.reading.keep") },
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
  const isListed = separatorOptions().some(({ value }) => value === set);
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
