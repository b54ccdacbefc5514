/** Axes: where a value lies in pixels, and round values to write beside it. Pure. */
import type { Mark } from "./scene.ts";

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** A rectangle of a chart with its two axes. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A scale that holds all values, with a little room at both ends; 0 … 1 without any. */
export function scaleAround(values: Iterable<number>, room = 0.05): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1, isLog: false };
  const margin = high > low ? (high - low) * room : Math.abs(high) * 0.1 || 1;
  return { low: low - margin, high: high + margin, isLog: false };
}

/** The share of the way from `low` to `high`. */
export function shareOf({ low, high, isLog }: Scale, value: number): number {
  return isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** Round values inside a scale, about as many as wanted: 1, 2 or 5 times a power of ten; powers of ten on a logarithmic one. */
export function ticksOf(scale: Scale, about: number): number[] {
  const { low, high } = scale;
  if (!(high > low)) return [low];
  if (scale.isLog) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first + 1) / about));
    const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => 10 ** (first + at));
    const kept = powers.filter((_, at) => at % step === 0);
    return kept.length > 1 ? kept : [low, high];
  }
  const raw = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw * (1 - 1e-9)) ?? raw;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // As a multiple, so that 0.3 is not 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** A value beside an axis: short, without a false digit. */
export function tickText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(0).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

const TICK_GAP_PX = 6;
const LABEL_BELOW_PX = 12;

/** Lines across a panel at the ticks of its vertical axis, with their values at the left. */
export function valueAxis(panel: Panel, scale: Scale, text = tickText, about = 4): Mark[] {
  return ticksOf(scale, about).flatMap((tick): Mark[] => {
    const y = panel.y + panel.height * (1 - shareOf(scale, tick));
    return [
      { kind: "line", points: [panel.x, y, panel.x + panel.width, y], width: 1, colour: "line" },
      { kind: "label", x: panel.x - TICK_GAP_PX, y, text: text(tick), anchor: "end", colour: "faint" },
    ];
  });
}

/** The values below a panel. */
export function baseAxis(panel: Panel, scale: Scale, text = tickText, about = 5): Mark[] {
  const y = panel.y + panel.height;
  return [
    { kind: "line", points: [panel.x, y, panel.x + panel.width, y], width: 1, colour: "edge", opacity: 0.6 },
    ...ticksOf(scale, about).map((tick): Mark => {
      const x = panel.x + panel.width * shareOf(scale, tick);
      return { kind: "label", x, y: y + LABEL_BELOW_PX, text: text(tick), anchor: "middle", colour: "faint" };
    }),
  ];
}
