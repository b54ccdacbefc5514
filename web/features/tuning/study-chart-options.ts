import uPlot from "uplot";
import { resolveColour } from "../../components/colour.ts";
import { t } from "../../words/words.ts";
import { algorithmSeries, algorithmShape } from "../algorithms/algorithm-look.ts";
import { shapePoints } from "./shape-points.ts";
import type { StudySeries } from "./study-progress.ts";

const DOT_PX = 8;
const LINE_PX = 2;
const AXIS_FONT = "11px Inter, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  /** Number of trials that the study will have. */
  readonly total: number;
}

/** A step line of the best value so far, and a dot per trial: filled when it completed, hollow when it was pruned. */
export function studyChartOptions(
  series: StudySeries,
  { total, ...size }: ChartFrame,
  onHover: (index: number | null) => void,
): uPlot.Options {
  const ink = resolveColour("ink");
  const surface = resolveColour("surface");
  const axis = {
    stroke: resolveColour("faint"),
    font: AXIS_FONT,
    grid: { stroke: resolveColour("line"), width: 1 },
    ticks: { show: false },
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...size,
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false } },
    legend: { show: false },
    // The axis covers the whole study from the start, so that the picture does not rescale.
    scales: { x: { time: false, range: [-0.5, Math.max(total, 1) - 0.5] } },
    axes: [
      { ...axis, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200], grid: { show: false } },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => tick.toFixed(3)) },
    ],
    series: [
      {},
      {
        label: t("tuning.chart.bestSoFar"),
        stroke: ink,
        width: LINE_PX,
        points: { show: false },
        ...(stepped && { paths: stepped }),
      },
      ...series.dots.map(({ algorithm, pruned }) => {
        const colour = resolveColour(algorithmSeries(algorithm));
        return {
          label: algorithm,
          paths: () => null,
          points: {
            ...{ show: true, size: DOT_PX, width: 1.5, stroke: colour, fill: pruned ? surface : colour },
            paths: shapePoints(algorithmShape(algorithm), DOT_PX),
          },
        };
      }),
    ],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
}

export function studyChartData(series: StudySeries): uPlot.AlignedData {
  return [[...series.numbers], [...series.best], ...series.dots.map(({ values }) => [...values])];
}
