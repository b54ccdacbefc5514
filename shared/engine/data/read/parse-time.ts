/** Times as files write them, to epoch milliseconds. */

// Epoch numbers tell their unit by size: each bound is the year 5138, which no real time passes and the next unit passes in 1973.
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;
const MICROSECONDS_BELOW = 1e17;
/** What a `Date` can hold. */
const MAX_TIME_MS = 8.64e15;

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const DATE_TIME =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ] ?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/i;

/**
 * Epoch milliseconds of a cell, or NaN when it is no time: epoch seconds, milliseconds, microseconds or nanoseconds (told apart
 * by size), or a date with or without a time of day and zone (`2024-01-09T07:00:00.5+09:00`, `2024-01-09 07:00`, `2024/1/9`).
 * Without a zone it is UTC.
 */
export function parseTime(value: unknown): number {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim();
  const match = DATE_TIME.exec(text);
  if (match) return fromParts(match);
  return NUMBER.test(text) ? fromEpoch(Number(text)) : Number.NaN;
}

function fromEpoch(value: number): number {
  const size = Math.abs(value);
  const ms =
    size < SECONDS_BELOW
      ? value * 1000
      : size < MILLISECONDS_BELOW
        ? value
        : size < MICROSECONDS_BELOW
          ? value / 1e3
          : value / 1e6;
  return Math.abs(ms) <= MAX_TIME_MS ? Math.round(ms) : Number.NaN;
}

function fromParts(match: RegExpExecArray): number {
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const [hour, minute, second] = [Number(match[5] ?? 0), Number(match[6] ?? 0), Number(match[7] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  // 24:00:00 ends a day; second 60 is a leap second.
  if (hour > 24 || (hour === 24 && minute + second > 0) || minute > 59 || second > 60) return Number.NaN;
  const fraction = match[8] ? Math.floor(Number(`0.${match[8]}`) * 1000) : 0;
  // Date.UTC reads years below 100 as 19xx, so the year is moved by whole 400-year cycles of the calendar.
  const time = Date.UTC(year + 400, month - 1, day, hour, minute, second, fraction) - CYCLE_400_YEARS_MS;
  return time - zoneOffsetMs(match[9]);
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
