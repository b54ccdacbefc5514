/** Formats numbers, sizes and times for readers, in the language of the page. */

import { language } from "../words/language.ts";
import { t } from "../words/words.ts";

interface Formats {
  readonly whole: Intl.NumberFormat;
  readonly day: Intl.DateTimeFormat;
  readonly moment: Intl.DateTimeFormat;
  readonly relative: Intl.RelativeTimeFormat;
}

const made = new Map<string, Formats>();

/** Making them costs far more than using them, so each language has one set. */
function formats(): Formats {
  const locale = language();
  let found = made.get(locale);
  if (!found) {
    found = {
      whole: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
      day: new Intl.DateTimeFormat(locale, { dateStyle: "medium" }),
      moment: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
      relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    };
    made.set(locale, found);
  }
  return found;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB"] as const;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** Past this, a date says more than "26 days ago". */
const RELATIVE_UP_TO_S = 14 * DAY_S;

export function formatCount(value: number): string {
  return formats().whole.format(value);
}

/** Decimal units, one decimal below 100. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** A ratio as a percentage; small ones keep two significant digits, so that a sparse matrix is not "0 %". */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  if (percent === 0 || Math.abs(percent) >= 10) return `${percent.toFixed(0)}%`;
  if (Math.abs(percent) >= 1) return `${percent.toFixed(1)}%`;
  return `${Number(percent.toPrecision(2))}%`;
}

/** A metric: always four decimals, so that columns align. */
export function formatMetric(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(4);
}

/** A difference of two metrics, with its sign. */
export function formatDifference(value: number): string {
  return `${value < 0 ? "−" : "+"}${formatMetric(Math.abs(value))}`;
}

/** How many times as much: one decimal below 10. */
export function formatTimes(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 1 : 0);
}

/** A raw model score: three significant digits, whatever its scale. */
export function formatScore(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1000 || size < 0.001 ? value.toExponential(1) : value.toPrecision(3);
}

/** A hyperparameter. */
export function formatParam(value: number | string | boolean | null): string {
  if (value === null) return t("components.noLimit");
  if (typeof value === "boolean") return value ? t("components.yes") : t("components.no");
  if (typeof value === "string" || Number.isInteger(value)) return String(value);
  return formatScore(value);
}

export function formatDuration(seconds: number): string {
  if (seconds < 0.1) return t("components.duration.milliseconds", Math.round(seconds * 1000));
  if (seconds < 10) return t("components.duration.seconds", seconds.toFixed(1));
  if (seconds < MINUTE_S) return t("components.duration.seconds", seconds.toFixed(0));
  if (seconds < HOUR_S) {
    const rounded = Math.round(seconds);
    return t("components.duration.minutes", Math.floor(rounded / MINUTE_S), rounded % MINUTE_S);
  }
  const minutes = Math.round(seconds / MINUTE_S);
  return t("components.duration.hours", Math.floor(minutes / 60), minutes % 60);
}

export function formatDay(iso: string): string {
  return formats().day.format(new Date(iso));
}

export function formatMoment(iso: string): string {
  return formats().moment.format(new Date(iso));
}

/** "3 minutes ago", or the date when it is long past. */
export function formatAgo(iso: string, now: Date): string {
  const seconds = Math.round((now.getTime() - new Date(iso).getTime()) / 1000);
  if (seconds < 45) return t("components.justNow");
  if (seconds < HOUR_S) return formats().relative.format(-Math.round(seconds / MINUTE_S), "minute");
  if (seconds < DAY_S) return formats().relative.format(-Math.round(seconds / HOUR_S), "hour");
  if (seconds < RELATIVE_UP_TO_S) return formats().relative.format(-Math.round(seconds / DAY_S), "day");
  return formatDay(iso);
}
