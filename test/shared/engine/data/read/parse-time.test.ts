import { describe, expect, it } from "vitest";
import { parseTime } from "../../../../../shared/engine/data/read/parse-time.ts";

const MORNING = Date.UTC(2024, 0, 9, 7, 5, 6);

describe("parseTime", () => {
  it.each([
    ["epoch seconds", 1_704_783_906, MORNING],
    ["epoch seconds as text", "1704783906", MORNING],
    ["epoch seconds with a fraction", "1704783906.5", MORNING + 500],
    ["epoch milliseconds", 1_704_783_906_000, MORNING],
    ["epoch microseconds", "1704783906000000", MORNING],
    ["epoch nanoseconds", 1_704_783_906_000_000_000, MORNING],
    ["exponents", "1.704783906e9", MORNING],
    ["zero", 0, 0],
    ["times before 1970", "-86400", -86_400_000],
    ["a date", "2024-01-09", Date.UTC(2024, 0, 9)],
    ["a date with slashes", "2024/1/9", Date.UTC(2024, 0, 9)],
    ["a date and time", "2024-01-09 07:05:06", MORNING],
    ["a date and time without seconds", "2024-01-09 07:05", MORNING - 6000],
    ["ISO 8601", "2024-01-09T07:05:06", MORNING],
    ["ISO 8601 in UTC", "2024-01-09T07:05:06Z", MORNING],
    ["fractions, cut to milliseconds", "2024-01-09T07:05:06.123999Z", MORNING + 123],
    ["zones", "2024-01-09T16:05:06+09:00", MORNING],
    ["zones without a colon", "2024-01-09 02:35:06 -0430", MORNING],
    ["zones of hours", "2024-01-09 08:05:06+01", MORNING],
    ["a zone by name", "2024-01-09 07:05:06 UTC", MORNING],
    ["white space around", " 2024-01-09T07:05:06Z ", MORNING],
    ["a date in digits", "20240109", Date.UTC(2024, 0, 9)],
    ["a date and time in digits", "20240109070506", MORNING],
    ["digits that a JSON file holds as a number", 20_240_109_070_506, MORNING],
    ["digits to the minute", "202401090705", MORNING - 6000],
    ["digits to the millisecond", "20240109070506123", MORNING + 123],
    ["digits with a fraction", "20240109070506.5", MORNING + 500],
    ["epoch numbers that only look like a date", "20241399", 20_241_399_000],
    ["a leap day", "2024-02-29", Date.UTC(2024, 1, 29)],
    ["the end of a day", "2024-01-09T24:00:00", Date.UTC(2024, 0, 10)],
    ["early years", "0099-01-01", Date.parse("0099-01-01T00:00:00Z")],
  ])("reads %s", (_, value, expected) => {
    expect(parseTime(value)).toBe(expected);
  });

  it.each([
    "",
    " ",
    "soon",
    "2024-13-01",
    "2024-00-10",
    "2024-02-30",
    "2023-02-29",
    "1900-02-29",
    "2024-01-09T25:00:00",
    "2024-01-09T24:00:01",
    "2024-01-09T07:60",
    "2024-01/09",
    // Fourteen digits that are neither a date nor plausible milliseconds.
    "20241309070506",
    "20240109250000",
    99_999_999_999_999,
    "09.01.2024",
    "12:30",
    "1e400",
    "0x10",
    "1_000",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    9e30,
    null,
    undefined,
    true,
    {},
  ])("is NaN for %s", (value) => {
    expect(parseTime(value)).toBeNaN();
  });

  it("agrees with Date on every day of 800 years", () => {
    for (let time = Date.UTC(1600, 0, 1); time < Date.UTC(2400, 0, 1); time += 86_400_000) {
      const text = new Date(time).toISOString();
      if (parseTime(text) !== time || parseTime(text.slice(0, 10)) !== time) expect(text).toBe("read");
    }
  });
});
