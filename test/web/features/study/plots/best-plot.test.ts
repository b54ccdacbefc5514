import { expect, it } from "vitest";
import { bestPlot, stepsUp } from "#web/features/study/plots/best-plot.ts";

const line = { colour: "series-1", numbers: [0, 1, 3, 4], best: [null, 0.2, 0.2, 0.3] };

it("steps up where a study got better", () => {
  expect(stepsUp(line)).toEqual([
    { trial: 1, value: 0.2 },
    { trial: 4, value: 0.3 },
  ]);
});

it("draws a line that never falls and ends at the last trial, and none for a study without a value", () => {
  const { marks } = bestPlot(600, [line, { colour: "series-2", numbers: [0], best: [null] }]);
  const drawn = marks.flatMap((mark) => (mark.kind === "line" && mark.key !== undefined ? [mark] : []));
  expect(drawn.map(({ colour }) => colour)).toEqual(["series-1"]);
  const ys = (drawn[0]?.points ?? []).filter((_, at) => at % 2 === 1);
  expect(ys).toEqual(ys.toSorted((a, b) => b - a));
  expect(drawn[0]?.points.at(-2)).toBe(600 - 16);
});
