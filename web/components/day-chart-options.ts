import uPlot from "uplot";
import { resolveColour } from "./colour.ts";

export interface DaySeries {
  readonly name: string;
  /** One for each day; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

const AXIS_FONT = "11px Inter, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const LINE_PX = 2;
const DOT_PX = 6;
const BAR_SHARE = 0.7;
const MAX_BAR_PX = 28;
const COLOURS = 8;
const SECONDS = 1_000;
/** Room for the bars of the first and last day. */
const HALF_DAY_S = 43_200;

type Shown = Omit<uPlot.Options, "width" | "height">;

/** Axes and looks of a chart by day; days are in UTC. */
export function dayChartOptions(
  series: readonly DaySeries[],
  kind: "bars" | "lines",
  format: (value: number) => string,
  onHover: (index: number | null) => void,
): Shown {
  const axis = {
    stroke: resolveColour("faint"),
    font: AXIS_FONT,
    grid: { stroke: resolveColour("line"), width: 1 },
    ticks: { show: false },
  };
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, MAX_BAR_PX] });
  const looks = series.map(({ name }, index): uPlot.Series => {
    const colour = resolveColour(`series-${(index % COLOURS) + 1}`);
    return kind === "bars" && bars
      ? { label: name, fill: colour, stroke: colour, width: 0, paths: bars, points: { show: false } }
      : { label: name, stroke: colour, width: LINE_PX, points: { show: true, size: DOT_PX, fill: colour } };
  });
  return {
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false } },
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECONDS), "UTC"),
    scales: {
      x: { time: true, range: (_, first, last) => [first - HALF_DAY_S, last + HALF_DAY_S] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      { ...axis, size: 28, grid: { show: false }, values: (_, ticks) => ticks.map(dayOf) },
      { ...axis, size: 56, values: (_, ticks) => ticks.map(format) },
    ],
    // Bars are drawn over each other, so the highest stack comes first.
    series: [{}, ...(kind === "bars" ? looks.toReversed() : looks)],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
}

/** `11/28`, for a time in seconds. */
function dayOf(seconds: number): string {
  const date = new Date(seconds * SECONDS);
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}`;
}

/** Bars are stacked: each series has the sum of itself and those before it. */
export function dayChartData(
  days: readonly string[],
  series: readonly DaySeries[],
  kind: "bars" | "lines",
): uPlot.AlignedData {
  const times = days.map((day) => Date.parse(day) / SECONDS);
  if (kind === "lines") return [times, ...series.map(({ values }) => [...values])];
  const sums = days.map(() => 0);
  const stacked = series.map(({ values }) =>
    values.map((value, day) => {
      sums[day] = (sums[day] ?? 0) + (value ?? 0);
      return sums[day] ?? 0;
    }),
  );
  return [times, ...stacked.toReversed()];
}
