/** A bar per parameter: its share of what makes trials differ, with the spread over trees. Pure. */
import type { Mark, Scene } from "../../../components/plot/scene.ts";

export interface ImportanceRow {
  readonly name: string;
  /** 0 … 1. */
  readonly share: number;
  /** Of the share; 0 where there is none. */
  readonly deviation: number;
  /** Whether the row is a parameter, and not what is left. */
  readonly isParameter: boolean;
}

const ROW_PX = 28;
const BAR_PX = 14;
const VALUE_PX = 44;

export function importancePlot(
  width: number,
  rows: readonly ImportanceRow[],
  percent: (share: number) => string,
): Scene {
  const names = Math.min(180, width * 0.4);
  const most = rows.reduce((max, { share, deviation }) => Math.max(max, share + deviation), 0.01);
  const room = width - names - VALUE_PX;
  const marks = rows.flatMap(({ name, share, deviation, isParameter }, at): Mark[] => {
    const y = at * ROW_PX + ROW_PX / 2;
    const xOf = (part: number) => names + (Math.max(0, part) / most) * room;
    const whisker: Mark[] =
      deviation > 0
        ? [
            {
              kind: "line",
              points: [xOf(share - deviation), y, xOf(share + deviation), y],
              width: 1.5,
              colour: "ink",
              opacity: 0.7,
            },
          ]
        : [];
    return [
      {
        kind: "label",
        x: names - 10,
        y,
        text: name,
        anchor: "end",
        colour: isParameter ? "ink" : "muted",
      },
      {
        kind: "bar",
        x: names,
        y: y - BAR_PX / 2,
        width: Math.max(1, xOf(share) - names),
        height: BAR_PX,
        colour: isParameter ? "series-1" : "series-base",
        opacity: 0.85,
        key: at,
      },
      ...whisker,
      { kind: "label", x: width, y, text: percent(share), anchor: "end", colour: "muted" },
    ];
  });
  return { width, height: Math.max(1, rows.length) * ROW_PX, marks };
}
