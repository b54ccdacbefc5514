/** Trials as lines over the axes of their parameters, and their value as the last axis. Pure. */
import { scaleAround, shareOf, ticksOf } from "../../../components/plot/scale.ts";
import type { Mark, Scene } from "../../../components/plot/scene.ts";
import { ownParams, type ParamScale, unitOf } from "../params/param-scales.ts";
import type { DotTrial } from "./dot-trial.ts";
import { type SliceTexts, shortNumber } from "./slice-plot.ts";

const HEIGHT_PX = 320;
const ROOM = { left: 44, right: 52, top: 30, bottom: 14 };
/** Fewer lines are drawn stronger. */
const FEW_LINES = 60;

/** @param metric The name of the last axis. @param strongFrom From this value on a line is drawn in colour. */
export function parallelPlot(
  width: number,
  scales: readonly ParamScale[],
  trials: readonly DotTrial[],
  { metric, strongFrom, ...texts }: SliceTexts & { readonly metric: string; readonly strongFrom: number },
): Scene {
  const values = scaleAround(
    trials.map(({ value }) => value),
    0,
  );
  const top = ROOM.top;
  const bottom = HEIGHT_PX - ROOM.bottom;
  const step = (width - ROOM.left - ROOM.right) / scales.length;
  const yOf = (unit: number) => bottom - unit * (bottom - top);
  const lineOf = (trial: DotTrial): Mark => {
    const params = ownParams(trial);
    const points = scales.flatMap((scale, at) => {
      const unit = unitOf(scale, params[scale.name]);
      return unit === null ? [] : [ROOM.left + at * step, yOf(unit)];
    });
    const isStrong = trial.value >= strongFrom;
    return {
      kind: "line",
      points: [...points, ROOM.left + scales.length * step, yOf(shareOf(values, trial.value))],
      width: isStrong ? 1.75 : 1,
      colour: isStrong ? trial.colour : "edge",
      opacity: isStrong ? 0.85 : trials.length > FEW_LINES ? 0.2 : 0.45,
      key: trial.number,
    };
  };
  // The best are drawn last, on top.
  const lines = trials.toSorted((a, b) => a.value - b.value).map(lineOf);
  const axes = scales.flatMap((scale, at) =>
    axisOf(ROOM.left + at * step, scale.name, endsOf(scale, texts), yOf),
  );
  const ends = ticksOf(values, 5).map((tick): [number, string] => [shareOf(values, tick), shortNumber(tick)]);
  const last = axisOf(ROOM.left + scales.length * step, metric, ends, yOf, "start");
  return { width, height: HEIGHT_PX, marks: [...lines, ...axes, ...last] };
}

/** What stands beside an axis: choices, or the ends of a range. */
function endsOf(scale: ParamScale, { noLimit }: SliceTexts): [number, string][] {
  if (scale.choices) {
    return scale.choices.map((choice) => [unitOf(scale, choice) ?? 0, choice]);
  }
  const ends = [scale.low, scale.high].map((value): [number, string] => [
    unitOf(scale, value) ?? 0,
    shortNumber(value),
  ]);
  return scale.hasNull ? [...ends, [unitOf(scale, null) ?? 1, noLimit]] : ends;
}

function axisOf(
  x: number,
  name: string,
  labels: readonly (readonly [unit: number, text: string])[],
  yOf: (unit: number) => number,
  anchor: "start" | "end" = "end",
): Mark[] {
  const at = anchor === "start" ? x + 6 : x - 6;
  return [
    { kind: "line", points: [x, yOf(0), x, yOf(1)], width: 1.25, colour: "muted" },
    { kind: "label", x, y: yOf(1) - 16, text: name, anchor: "middle", colour: "ink", isStrong: true },
    ...labels.map(
      ([unit, text]): Mark => ({ kind: "label", x: at, y: yOf(unit), text, anchor, colour: "muted" }),
    ),
  ];
}
