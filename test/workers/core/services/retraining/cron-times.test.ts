import { describe, expect, it } from "vitest";
import { cronProblem, cronTimes, upcomingTimes } from "#services/retraining/cron-times.ts";

const SATURDAY = Date.parse("2026-02-28T23:58:30Z");
const iso = (times: number[]) => times.map((time) => new Date(time).toISOString().slice(0, 16));

describe("cronTimes", () => {
  it.each([
    ["*/5 * * * *", ["2026-03-01T00:00", "2026-03-01T00:05"]],
    ["0 2 * * 0", ["2026-03-01T02:00", "2026-03-08T02:00"]],
    ["0 2 * * 7", ["2026-03-01T02:00", "2026-03-08T02:00"]],
    ["30 3 31 * *", ["2026-03-31T03:30", "2026-05-31T03:30"]],
    ["0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    // As in cron: a day of the month or a day of the week, the earlier one.
    ["0 0 3 * 1", ["2026-03-02T00:00", "2026-03-03T00:00"]],
    ["0 9 * mar mon-fri", ["2026-03-02T09:00", "2026-03-03T09:00"]],
  ])("reads %s in UTC", (expression, times) => {
    expect(iso(cronTimes(expression, SATURDAY, 2))).toEqual(times);
    expect(cronProblem(expression, SATURDAY)).toBeNull();
  });

  it("never answers the moment itself", () => {
    const [next] = cronTimes("0 2 * * *", Date.parse("2026-03-01T02:00:00Z"), 1);
    expect(next).toBe(Date.parse("2026-03-02T02:00:00Z"));
  });
});

describe("upcomingTimes", () => {
  it("are the times of the expression at every moment, forwards and backwards", () => {
    const moments = [0, 30, 60, 90, 91, 300, 301, 3_600, 10].map((seconds) => SATURDAY + seconds * 1000);
    for (const now of moments) {
      for (const expression of ["*/5 * * * *", "0 2 * * 0"]) {
        expect(upcomingTimes(expression, now, 3)).toEqual(cronTimes(expression, now, 3));
      }
    }
  });

  it("are none for an invalid expression, and for one that is never due", () => {
    expect(upcomingTimes("a b c d e", SATURDAY, 3)).toEqual([]);
    expect(upcomingTimes("0 0 31 2 *", SATURDAY, 3)).toEqual([]);
  });
});

describe("cronProblem", () => {
  it.each(["never", "0 2 * *", "0 0 2 * * *", ""])("needs five fields, not %j", (expression) => {
    expect(cronProblem(expression, SATURDAY)).toBe("Cron expression must have exactly 5 fields.");
  });

  it.each(["a b c d e", "61 * * * *", "* 25 * * *", "*/0 * * * *", "0 0 31 2 *", "5-1 * * * *"])(
    "refuses %s",
    (expression) => {
      expect(cronProblem(expression, SATURDAY)).not.toBeNull();
    },
  );
});
