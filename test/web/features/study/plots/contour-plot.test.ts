import { expect, it } from "vitest";
import type { ParamScale } from "#web/features/study/params/param-scales.ts";
import { contourPlot, valueAt } from "#web/features/study/plots/contour-plot.ts";

const scale = (name: string): ParamScale => ({
  ...{ name, choices: null, low: 0, high: 1, isLog: false, hasNull: false },
});
const trial = (number: number, a: number, b: number, value: number, isPruned = false) => ({
  ...{ number, algorithm: "IALS", params: { a, b }, value, isPruned, colour: "series-1" },
});

it("is the value of a trial where it lies, between trials in the middle, and unknown far from all", () => {
  const points = [
    { x: 0.1, y: 0.5, value: 1 },
    { x: 0.3, y: 0.5, value: 3 },
  ];
  expect(valueAt(points, 0.1, 0.5)).toBeCloseTo(1, 2);
  expect(valueAt(points, 0.2, 0.5)).toBeCloseTo(2, 9);
  expect(valueAt(points, 0.9, 0.5)).toBeNull();
});

it("is darkest where the best trials are, with a dot for every trial", () => {
  const corners = [trial(0, 0.05, 0.05, 0.1), trial(1, 0.95, 0.95, 0.9), trial(2, 0.5, 0.5, 0.5, true)];
  const { marks } = contourPlot(600, [scale("a"), scale("b")], corners, { noLimit: "none" });
  const bars = marks.flatMap((mark) => (mark.kind === "bar" ? [mark] : []));
  const near = (x: number) =>
    bars.filter((bar) => Math.abs(bar.x - x) < 40).map(({ opacity = 1 }) => opacity);
  expect(Math.max(...near(580))).toBeGreaterThan(2 * Math.max(...near(70)));
  const dots = marks.flatMap((mark) => (mark.kind === "dot" ? [mark] : []));
  expect(dots.map(({ key, isHollow }) => [key, isHollow])).toEqual([
    [0, false],
    [1, false],
    [2, true],
  ]);
});

it("leaves trials without one of the parameters out", () => {
  const other = { ...trial(3, 0, 0, 0.5), params: { a: 0.5 } };
  const { marks } = contourPlot(600, [scale("a"), scale("b")], [other], { noLimit: "none" });
  expect(marks.some(({ kind }) => kind === "dot" || kind === "bar")).toBe(false);
});
