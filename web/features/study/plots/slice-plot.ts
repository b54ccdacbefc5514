/** The value of each trial against each parameter, a panel per parameter. Pure. */
import { baseAxis, type Panel, scaleAround, shareOf, valueAxis } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";
import { ownParams, type ParamScale, unitOf } from "../params/param-scales.ts";
import type { DotTrial } from "./dot-trial.ts";

const PANEL_WIDTH_PX = 240;
const PANEL_HEIGHT_PX = 190;
const MAX_COLUMNS = 4;
const ROOM = { left: 46, right: 12, top: 22, bottom: 22 };

export interface SliceTexts {
  readonly noLimit: string;
}

/** @param scales The parameters in the order of the panels. */
export function slicePlot(
  width: number,
  scales: readonly ParamScale[],
  trials: readonly DotTrial[],
  texts: SliceTexts,
): Scene {
  const columns = Math.max(1, Math.min(MAX_COLUMNS, scales.length, Math.floor(width / PANEL_WIDTH_PX)));
  const cell = width / columns;
  const height = Math.ceil(scales.length / columns) * PANEL_HEIGHT_PX;
  const values = scaleAround(trials.map(({ value }) => value));
  const params = new Map(trials.map((trial) => [trial.number, ownParams(trial)]));
  const marks = scales.flatMap((scale, at) => {
    const panel: Panel = {
      x: (at % columns) * cell + ROOM.left,
      y: Math.floor(at / columns) * PANEL_HEIGHT_PX + ROOM.top,
      width: cell - ROOM.left - ROOM.right,
      height: PANEL_HEIGHT_PX - ROOM.top - ROOM.bottom,
    };
    const dots = trials.flatMap((trial): Mark[] => {
      const unit = unitOf(scale, params.get(trial.number)?.[scale.name]);
      if (unit === null) return [];
      return [
        {
          kind: "dot",
          x: panel.x + panel.width * unit,
          y: panel.y + panel.height * (1 - shareOf(values, trial.value)),
          radius: 3,
          colour: trial.colour,
          opacity: 0.75,
          isHollow: trial.isPruned,
          key: trial.number,
        },
      ];
    });
    const name: Mark = {
      kind: "label",
      x: panel.x,
      y: panel.y - 12,
      text: scale.name,
      anchor: "start",
      colour: "ink",
      isStrong: true,
    };
    return [name, ...valueAxis(panel, values), ...paramAxis(panel, scale, texts), ...dots];
  });
  return { width, height, marks };
}

/** The values of a parameter below a panel: its choices, or round numbers and "no limit". */
export function paramAxis(panel: Panel, scale: ParamScale, { noLimit }: SliceTexts): Mark[] {
  const y = panel.y + panel.height;
  const label = (unit: number, text: string): Mark => {
    const x = panel.x + panel.width * unit;
    return { kind: "label", x, y: y + 12, text, anchor: "middle", colour: "faint" };
  };
  const base: Mark = {
    kind: "line",
    points: [panel.x, y, panel.x + panel.width, y],
    width: 1,
    colour: "edge",
    opacity: 0.6,
  };
  const { choices } = scale;
  if (choices) return [base, ...choices.map((choice, at) => label((at + 0.5) / choices.length, choice))];
  if (!scale.hasNull) return baseAxis(panel, scale, undefined, 4);
  const ends = [scale.low, scale.high].map((value) => label(unitOf(scale, value) ?? 0, shortNumber(value)));
  return [base, ...ends.slice(0, 1), label(unitOf(scale, null) ?? 1, noLimit)];
}

/** Four digits at most. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}
