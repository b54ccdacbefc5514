import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from "solid-js";
import uPlot from "uplot";
import { createColourScheme } from "../../components/colour.ts";
import { formatMetric } from "../../components/format.ts";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { AlgorithmDot } from "../algorithms/algorithm-dot.tsx";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { studyChartData, studyChartOptions } from "./study-chart-options.ts";
import type { StudySeries } from "./study-progress.ts";

const HEIGHT_PX = 240;

/** The study as a chart; the table below has the same figures. */
export function StudyChart(props: {
  series: StudySeries;
  metric: string;
  total: number;
  /** A click picks the trial under the pointer. */
  onPick: (number: number) => void;
}): JSX.Element {
  let frame: HTMLDivElement | undefined;
  let chart: uPlot | undefined;
  const [hovered, setHovered] = createSignal<number | null>(null);
  const scheme = createColourScheme();
  const shape = createMemo(() => props.series.dots.map((dot) => `${dot.algorithm}${dot.pruned}`).join());

  function draw(): void {
    chart?.destroy();
    if (!frame) return;
    const size = { width: Math.max(frame.clientWidth, 100), height: HEIGHT_PX, total: props.total };
    chart = new uPlot(studyChartOptions(props.series, size, setHovered), studyChartData(props.series), frame);
    chart.over.addEventListener("click", () => {
      const number = props.series.numbers[chart?.cursor.idx ?? -1];
      if (number !== undefined) props.onPick(number);
    });
  }
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) chart?.setSize({ width: Math.max(entry.contentRect.width, 100), height: HEIGHT_PX });
    });
    if (frame) observer.observe(frame);
    onCleanup(() => {
      observer.disconnect();
      chart?.destroy();
    });
    // A new algorithm or other colours need a new chart; more trials only need the data.
    createEffect(on([shape, scheme], draw));
    createEffect(
      on(
        () => props.series,
        () => chart?.setData(studyChartData(props.series)),
        { defer: true },
      ),
    );
  });

  const readout = () => {
    const index = hovered();
    const dot = index === null ? undefined : props.series.dots.find(({ values }) => values[index] != null);
    if (index === null || !dot) return null;
    const best = formatMetric(props.series.best[index]);
    const value = formatMetric(dot.values[index]);
    return t(
      "tuning.chart.readout",
      props.series.numbers[index] ?? index,
      algorithmTitle(dot.algorithm),
      value,
      best,
    );
  };
  const algorithms = () => [...new Set(props.series.dots.map((dot) => dot.algorithm))];
  const hasPruned = () => props.series.dots.some((dot) => dot.pruned);
  return (
    <figure>
      <div class="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        <span class="flex items-center gap-1.5">
          <span class="h-0.5 w-4 bg-ink" /> {t("tuning.chart.bestSoFar")}
        </span>
        <For each={algorithms()}>
          {(algorithm) => (
            <span class="flex items-center gap-1.5">
              <AlgorithmDot algorithm={algorithm} /> {algorithmTitle(algorithm)}
            </span>
          )}
        </For>
        <Show when={hasPruned()}>
          <span class="flex items-center gap-1.5">
            <span class="size-2 rounded-full border-[1.5px] border-muted" />{" "}
            <Term name="stoppedEarly">{t("tuning.chart.stoppedEarly")}</Term>
          </span>
        </Show>
      </div>
      <div ref={frame} class="h-60" role="img" aria-label={t("tuning.chart.label", props.metric)} />
      <figcaption class="num min-h-5 text-xs text-muted">
        {readout() ?? t("tuning.chart.caption", props.metric)}
      </figcaption>
    </figure>
  );
}
