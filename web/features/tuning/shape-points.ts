import type uPlot from "uplot";
import type { Shape } from "../algorithms/algorithm-look.ts";
import { SHAPE_PATHS, SHAPE_SIZE } from "../algorithms/shape-paths.ts";

/**
 * Draws the points of a series as a shape.
 * @param size CSS pixels.
 */
export function shapePoints(shape: Shape, size: number): uPlot.Series.Points.PathBuilder {
  return (chart, seriesAt, first, last) => {
    const one = new Path2D(SHAPE_PATHS[shape]);
    const all = new Path2D();
    const scale = (size * devicePixelRatio) / SHAPE_SIZE;
    const shift = (scale * SHAPE_SIZE) / 2;
    const [xs, ys] = [chart.data[0], chart.data[seriesAt]];
    for (let at = first; at <= last; at++) {
      const [x, y] = [xs[at], ys?.[at]];
      if (x == null || y == null) continue;
      const left = chart.valToPos(x, "x", true) - shift;
      const top = chart.valToPos(y, "y", true) - shift;
      all.addPath(one, new DOMMatrix([scale, 0, 0, scale, left, top]));
    }
    return { fill: all, stroke: all };
  };
}
