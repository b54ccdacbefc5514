import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatDuration,
  formatMetric,
  formatParam,
  formatPercent,
  formatScore,
} from "../../../web/components/format.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [158_430, "158 kB"],
    [524_288_000, "524 MB"],
    [7_200_000_000, "7.2 GB"],
  ])("%i is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatPercent", () => {
  it.each([
    [0, "0%"],
    [1, "100%"],
    [0.428, "43%"],
    [0.0631, "6.3%"],
    [0.000412, "0.041%"],
  ])("%d is %s", (ratio, text) => expect(formatPercent(ratio)).toBe(text));
});

describe("formatDuration", () => {
  it.each([
    [0.0421, "42 ms"],
    [0.42, "0.4 s"],
    [42.4, "42 s"],
    [61, "1 min 1 s"],
    [119.7, "2 min 0 s"],
    [7_260, "2 h 1 min"],
  ])("%d s is %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe("formatScore", () => {
  it.each([
    [0, "0"],
    [0.94312, "0.943"],
    [12.3456, "12.3"],
    [0.00001234, "1.2e-5"],
    [-0.5, "-0.500"],
    [12_345, "1.2e+4"],
  ])("%d is %s", (score, text) => expect(formatScore(score)).toBe(text));
});

describe("formatParam", () => {
  it.each([
    [true, "yes"],
    ["BM_25", "BM_25"],
    [300, "300"],
    [0.041234, "0.0412"],
  ])("%s is %s", (value, text) => expect(formatParam(value)).toBe(text));
});

describe("formatMetric", () => {
  it("keeps four decimals, and a dash for none", () => {
    expect(formatMetric(0.2)).toBe("0.2000");
    expect(formatMetric(null)).toBe("–");
  });
});

describe("formatAgo", () => {
  const now = new Date("2026-05-04T12:00:00Z");
  it.each([
    ["2026-05-04T11:59:30Z", "just now"],
    ["2026-05-04T12:00:20Z", "just now"],
    ["2026-05-04T11:57:00Z", "3 minutes ago"],
    ["2026-05-04T07:00:00Z", "5 hours ago"],
    ["2026-05-03T11:00:00Z", "yesterday"],
  ])("%s is %s", (at, text) => expect(formatAgo(at, now)).toBe(text));

  it("gives the date of a moment long ago", () => {
    expect(formatAgo("2025-11-02T12:00:00Z", now)).toBe("Nov 2, 2025");
  });
});
