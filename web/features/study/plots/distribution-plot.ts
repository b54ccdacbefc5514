/** What share of trials reached at most a value: the empirical distribution, a step line per group. Pure. */
import { baseAxis, type Panel, scaleAround, shareOf, valueAxis } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";

export interface Group {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

const HEIGHT_PX = 280;
const ROOM = { left: 46, right: 16, top: 12, bottom: 26 };

/** The steps of F(x) = (number of values ≤ x) / n, in the order of x; a value that occurs twice is one step. */
export function stepsOf(values: readonly number[]): { readonly value: number; readonly share: number }[] {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.flatMap((value, at) =>
    sorted[at + 1] === value ? [] : [{ value, share: (at + 1) / sorted.length }],
  );
}

export function distributionPlot(width: number, groups: readonly Group[]): Scene {
  const panel: Panel = {
    ...{ x: ROOM.left, y: ROOM.top },
    ...{ width: width - ROOM.left - ROOM.right, height: HEIGHT_PX - ROOM.top - ROOM.bottom },
  };
  const values = scaleAround(groups.flatMap((group) => group.values));
  const shares = { low: 0, high: 1, isLog: false };
  const xOf = (value: number) => panel.x + panel.width * shareOf(values, value);
  const yOf = (share: number) => panel.y + panel.height * (1 - share);
  const lines = groups.map((group, at): Mark => {
    let before = 0;
    const points = stepsOf(group.values).flatMap(({ value, share }) => {
      const step = [xOf(value), yOf(before), xOf(value), yOf(share)];
      before = share;
      return step;
    });
    return {
      kind: "line",
      points: [panel.x, yOf(0), ...points, panel.x + panel.width, yOf(1)],
      width: 2,
      colour: group.colour,
      key: at,
    };
  });
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  const about = width < 500 ? 3 : 6;
  return {
    ...{ width, height: HEIGHT_PX },
    marks: [...valueAxis(panel, shares, percent, 4), ...baseAxis(panel, values, undefined, about), ...lines],
  };
}
