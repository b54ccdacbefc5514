/** Figures as dots with their 95 % ranges as whiskers, one line each. Pure. */
import { baseAxis, type Panel, scaleAround, shareOf } from "../../components/plot/scale.ts";
import type { Mark, Scene } from "../../components/plot/scene.ts";
import type { Figure } from "./rivals.ts";

export interface WhiskerRow extends Figure {
  readonly name: string;
  readonly colour: string;
  /** Whether the value is bold; by default, the first row's is. */
  readonly isStrong?: boolean;
}

const ROW_PX = 30;
const ROOM = { right: 60, top: 4, bottom: 24 };
const CAP_PX = 5;

export function whiskerPlot(
  width: number,
  rows: readonly WhiskerRow[],
  text: (value: number) => string,
): Scene {
  const left = Math.min(170, width * 0.36);
  const panel: Panel = {
    ...{ x: left, y: ROOM.top, width: width - left - ROOM.right, height: rows.length * ROW_PX },
  };
  const scale = scaleAround([0, ...rows.flatMap(({ value, low, high }) => [low ?? value, high ?? value])]);
  const fromZero = { ...scale, low: 0 };
  const xOf = (value: number) => panel.x + panel.width * shareOf(fromZero, value);
  const marks = rows.flatMap((row, at): Mark[] => {
    const y = panel.y + at * ROW_PX + ROW_PX / 2;
    const line = (x0: number, y0: number, x1: number, y1: number): Mark => ({
      kind: "line",
      points: [x0, y0, x1, y1],
      width: 2,
      colour: row.colour,
    });
    const [low, high] = [row.low === null ? null : xOf(row.low), row.high === null ? null : xOf(row.high)];
    const whisker =
      low === null || high === null
        ? []
        : [
            line(low, y, high, y),
            line(low, y - CAP_PX, low, y + CAP_PX),
            line(high, y - CAP_PX, high, y + CAP_PX),
          ];
    return [
      { kind: "label", x: left - 10, y, text: row.name, anchor: "end", colour: "ink" },
      ...whisker,
      { kind: "dot", x: xOf(row.value), y, radius: 5, colour: row.colour, key: at },
      {
        kind: "label",
        x: width,
        y,
        text: text(row.value),
        anchor: "end",
        colour: "ink",
        isStrong: row.isStrong ?? at === 0,
      },
    ];
  });
  const height = panel.y + panel.height + ROOM.bottom;
  return { width, height, marks: [...baseAxis(panel, fromZero, undefined, width < 500 ? 3 : 5), ...marks] };
}
