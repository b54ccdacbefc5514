/** The value over two parameters as filled levels, and the trials that they come from. Pure. */
import { type Panel, scaleAround, shareOf } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";
import { ownParams, type ParamScale, unitOf } from "../params/param-scales.ts";
import type { DotTrial } from "./dot-trial.ts";
import { paramAxis, type SliceTexts, shortNumber } from "./slice-plot.ts";

export const CONTOUR_PLOT_PX = 380;
const ROOM = { left: 64, right: 14, top: 24, bottom: 40 };
const COLUMNS = 36;
const ROWS = 24;
const LEVELS = 8;
/** The opacity of the highest level. */
const MOST = 0.7;
/** A cell without a trial this near, in units of a side, stays empty: nobody knows what is there. */
const REACH = 0.22;
/** Larger studies are drawn from the newest trials: a cell looks at each of them. */
const MAX_POINTS = 2_000;

/** A trial in the unit square of two parameters. */
export interface ContourPoint {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/**
 * The value at a place, from the trials near it: their mean, weighted by 1 / distance² (Shepard 1968). Null where none is near.
 */
export function valueAt(points: readonly ContourPoint[], x: number, y: number): number | null {
  let [sum, weights, nearest] = [0, 0, Infinity];
  for (const point of points) {
    const square = (point.x - x) ** 2 + (point.y - y) ** 2;
    nearest = Math.min(nearest, square);
    const weight = 1 / (square + 1e-4);
    sum += weight * point.value;
    weights += weight;
  }
  return nearest <= REACH ** 2 ? sum / weights : null;
}

/** @param across @param up The parameters of both axes. Trials that were stopped early are dots, and no part of the levels. */
export function contourPlot(
  width: number,
  [across, up]: readonly [ParamScale, ParamScale],
  trials: readonly DotTrial[],
  texts: SliceTexts,
): Scene {
  const panel: Panel = {
    ...{ x: ROOM.left, y: ROOM.top, width: width - ROOM.left - ROOM.right },
    height: CONTOUR_PLOT_PX - ROOM.top - ROOM.bottom,
  };
  const placed = trials.flatMap((trial) => {
    const own = ownParams(trial);
    const [x, y] = [unitOf(across, own[across.name]), unitOf(up, own[up.name])];
    return x === null || y === null ? [] : [{ trial, x, y, value: trial.value }];
  });
  const known = placed.filter(({ trial }) => !trial.isPruned).slice(-MAX_POINTS);
  const dots = placed.map(
    ({ trial, x, y }): Mark => ({
      ...{ kind: "dot", x: panel.x + panel.width * x, y: panel.y + panel.height * (1 - y), radius: 3 },
      ...{ colour: "ink", opacity: 0.75, isHollow: trial.isPruned, key: trial.number },
    }),
  );
  const marks = [...levels(panel, known), ...axes(panel, [across, up], texts), ...dots];
  return { width, height: CONTOUR_PLOT_PX, marks };
}

function levels(panel: Panel, points: readonly ContourPoint[]): Mark[] {
  const scale = scaleAround(points.map(({ value }) => value));
  const [cellWidth, cellHeight] = [panel.width / COLUMNS, panel.height / ROWS];
  const cells: Mark[] = [];
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const value = valueAt(points, (column + 0.5) / COLUMNS, 1 - (row + 0.5) / ROWS);
      if (value === null) continue;
      const level = Math.min(LEVELS - 1, Math.floor(shareOf(scale, value) * LEVELS));
      cells.push({
        ...{ kind: "bar", x: panel.x + column * cellWidth, y: panel.y + row * cellHeight },
        ...{ width: cellWidth, height: cellHeight, colour: "accent", opacity: (MOST * (level + 1)) / LEVELS },
      });
    }
  }
  return cells;
}

function axes(panel: Panel, [across, up]: readonly [ParamScale, ParamScale], texts: SliceTexts): Mark[] {
  const name = (text: string, x: number, y: number, anchor: "start" | "end"): Mark => {
    return { kind: "label", x, y, text, anchor, colour: "ink", isStrong: true };
  };
  return [
    name(up.name, panel.x, panel.y - 12, "start"),
    name(across.name, panel.x + panel.width, panel.y + panel.height + 28, "end"),
    ...paramAxis(panel, across, texts),
    ...upAxis(panel, up, texts),
  ];
}

/** The values of a parameter beside a panel: its choices, or both ends and "no limit". */
function upAxis(panel: Panel, scale: ParamScale, { noLimit }: SliceTexts): Mark[] {
  const label = (unit: number, text: string): Mark => ({
    ...{ kind: "label", x: panel.x - 8, y: panel.y + panel.height * (1 - unit), text },
    ...{ anchor: "end", colour: "faint" },
  });
  const { choices } = scale;
  if (choices) return choices.map((choice, at) => label((at + 0.5) / choices.length, choice));
  const ends = [scale.low, scale.high].map((value) => label(unitOf(scale, value) ?? 0, shortNumber(value)));
  return scale.hasNull ? [...ends, label(unitOf(scale, null) ?? 1, noLimit)] : ends;
}
