import { createEffect, type JSX, on, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import { createColourScheme } from "./colour.ts";
import { type DaySeries, dayChartData, dayChartOptions } from "./day-chart-options.ts";

const HEIGHT_PX = 200;
const LEAST_WIDTH_PX = 100;

/** The drawing of a `DayChart`. */
export function DayPlot(props: {
  days: readonly string[];
  series: readonly DaySeries[];
  kind: "bars" | "lines";
  label: string;
  format: (value: number) => string;
  onHover: (index: number | null) => void;
}): JSX.Element {
  let frame: HTMLDivElement | undefined;
  let chart: uPlot | undefined;
  const scheme = createColourScheme();
  function draw(): void {
    chart?.destroy();
    if (!frame) return;
    const size = { width: Math.max(frame.clientWidth, LEAST_WIDTH_PX), height: HEIGHT_PX };
    chart = new uPlot(
      { ...size, ...dayChartOptions(props.series, props.kind, props.format, props.onHover) },
      dayChartData(props.days, props.series, props.kind),
      frame,
    );
  }
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry)
        chart?.setSize({ width: Math.max(entry.contentRect.width, LEAST_WIDTH_PX), height: HEIGHT_PX });
    });
    if (frame) observer.observe(frame);
    onCleanup(() => {
      observer.disconnect();
      chart?.destroy();
    });
    createEffect(on([() => props.days, () => props.series, scheme], draw));
  });
  return <div ref={frame} class="h-50" role="img" aria-label={props.label} />;
}
