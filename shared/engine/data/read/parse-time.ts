/** Times as files write them, to epoch milliseconds. */

// Epoch numbers show their unit by size: each bound is the year 5138, later than any real time; the next unit reaches it in 1973.
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;
const MICROSECONDS_BELOW = 1e17;
/** Epoch milliseconds from this size on (the year 2286) are not real times; a date in digits has the same size. */
const NO_MILLISECONDS_FROM = 1e13;
/** What a `Date` can hold. */
const MAX_TIME_MS = 8.64e15;

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** Groups by position, which cost half as much as names: year, mark, month, day, hour, minute, second, fraction, zone. */
const DATE_TIME =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ] ?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/i;
/**
 * A date without separators: YYYYMMDD, and hhmm, hhmmss or hhmmss with milliseconds after it. As epoch numbers these would be
 * times of 1970, 1976 or 2611, which no file means.
 */
const DIGITS =
  /^(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})(?:(?<hour>\d{2})(?<minute>\d{2})(?:(?<second>\d{2})(?<fraction>\d{3}|\.\d{1,9})?)?)?$/;

/**
 * Epoch milliseconds of a cell, or NaN when it is not a time. Times are epoch seconds, milliseconds, microseconds or nanoseconds,
 * distinguished by size. Or they are dates: a date with or without a time of day and zone (`2024-01-09T07:00:00.5+09:00`,
 * `2024-01-09 07:00`, `2024/1/9`), or a date in digits alone (`20240109`, `202401090700`, `20240109070000`) of the years 1900 to
 * 2099. Without a zone it is UTC.
 */
export function parseTime(value: unknown): number {
  if (typeof value !== "number" && typeof value !== "string") return Number.NaN;
  const text = typeof value === "string" ? value.trim() : String(value);
  const mark = text[4];
  if (mark === "-" || mark === "/") {
    const match = DATE_TIME.exec(text);
    if (match) return fromDateTime(match);
  }
  const inDigits = DIGITS.exec(text);
  const time = inDigits ? fromParts(inDigits.groups as unknown as DateParts) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return NUMBER.test(text) ? fromEpoch(Number(text)) : Number.NaN;
}

function fromEpoch(value: number): number {
  const ms = toMilliseconds(value);
  return Math.abs(ms) <= MAX_TIME_MS ? Math.round(ms) : Number.NaN;
}

/** NaN for sizes between the units. */
function toMilliseconds(value: number): number {
  const size = Math.abs(value);
  if (size < SECONDS_BELOW) return value * 1000;
  if (size < MILLISECONDS_BELOW) return size < NO_MILLISECONDS_FROM ? value : Number.NaN;
  return size < MICROSECONDS_BELOW ? value / 1e3 : value / 1e6;
}

type DateParts = Readonly<Record<"year" | "month" | "day", string>> &
  Readonly<Partial<Record<"hour" | "minute" | "second" | "fraction" | "zone", string | undefined>>>;

function fromDateTime(match: RegExpExecArray): number {
  const [, year = "", , month = "", day = "", hour, minute, second, fraction, zone] = match;
  return fromParts({ year, month, day, hour, minute, second, fraction, zone });
}

function fromParts(parts: DateParts): number {
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [
    Number(parts.hour ?? 0),
    Number(parts.minute ?? 0),
    Number(parts.second ?? 0),
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (!isTimeOfDay(hour, minute, second)) return Number.NaN;
  const digits = parts.fraction?.replace(".", "");
  const fraction = digits ? Math.floor(Number(`0.${digits}`) * 1000) : 0;
  // Date.UTC reads years below 100 as 19xx, so the year is moved by whole 400-year cycles of the calendar.
  const time = Date.UTC(year + 400, month - 1, day, hour, minute, second, fraction) - CYCLE_400_YEARS_MS;
  return time - zoneOffsetMs(parts.zone);
}

/** 24:00:00 ends a day; second 60 is a leap second. */
function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  if (hour === 24) return minute + second === 0;
  return hour < 24 && minute <= 59 && second <= 60;
}

const CYCLE_400_YEARS_MS = 146_097 * 86_400_000;

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone[0] === "-" ? -minutes : minutes) * 60_000;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
