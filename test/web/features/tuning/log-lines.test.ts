import { describe, expect, it } from "vitest";
import { type LogLine, withEarlierLines, withNewLines } from "../../../../web/features/tuning/log-lines.ts";

const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ line: from + at, at: "", text: `${from + at}` }));
const span = (all: readonly LogLine[]) => [all[0]?.line, all.at(-1)?.line, all.length];

describe("withNewLines", () => {
  it("continues where a new connection repeats known lines, and begins again after a gap", () => {
    expect(span(withNewLines(lines(1, 40), lines(20, 60)))).toEqual([1, 60, 60]);
    expect(span(withNewLines(lines(1, 40), lines(700, 720)))).toEqual([700, 720, 21]);
    expect(span(withNewLines([], lines(503, 1002)))).toEqual([503, 1002, 500]);
  });

  it("keeps a bounded number of lines, and at least as many as requested", () => {
    expect(span(withNewLines(lines(1, 100), lines(101, 130), 100))).toEqual([31, 130, 100]);
    expect(span(withNewLines(lines(1, 300), lines(301, 310), 100))).toEqual([11, 310, 300]);
  });
});

describe("withEarlierLines", () => {
  it("puts missing lines before the first, once", () => {
    const known = lines(501, 600);
    const whole = withEarlierLines(known, lines(1, 500));
    expect(span(whole)).toEqual([1, 600, 600]);
    expect(withEarlierLines(whole, lines(1, 500))).toBe(whole);
    // An answer that arrives after the log has begun again.
    expect(withEarlierLines(lines(900, 950), lines(1, 500))).toEqual(lines(900, 950));
  });
});
