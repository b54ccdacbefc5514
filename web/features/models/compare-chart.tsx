import { createSignal, type JSX, Show } from "solid-js";
import type { ModelComparison } from "#contract/model-comparison.ts";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatMetric } from "../../components/format.ts";
import { IntervalRows } from "../../components/interval-rows.tsx";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { whiskerPlot } from "../quality/whisker-plot.ts";
import {
  comparedMetrics,
  comparedSentence,
  figureRows,
  overPopularitySentence,
  pairRows,
} from "./compare-figures.ts";

const ROW_PX = 30;
const AXIS_PX = 28;

/** The models by one metric, as dots with their 95 % ranges, and what that says. */
export function CompareChart(props: { comparison: ModelComparison }): JSX.Element {
  const names = () => comparedMetrics(props.comparison);
  const [wanted, setWanted] = createSignal<string | null>(null);
  const usual = () => names().find((name) => name.startsWith("ndcg@")) ?? names()[0] ?? "";
  const metric = () => names().find((name) => name === wanted()) ?? usual();
  const rows = () => figureRows(props.comparison, metric());
  const sentences = () =>
    [comparedSentence(props.comparison, metric()), overPopularitySentence(props.comparison, metric())].filter(
      (text) => text !== null,
    );
  const pairs = () => pairRows(props.comparison, metric());
  return (
    <Show when={names().length > 0}>
      <Card>
        <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
          <p class="max-w-2xl text-lg font-semibold text-pretty">{sentences().join(" ")}</p>
          <SelectField
            label={t("quality.metric")}
            class="w-52"
            value={metric()}
            options={names().map((name) => ({ value: name, label: metricTitle(name) }))}
            onValue={setWanted}
          />
        </div>
        <div class="max-w-3xl">
          <PlotFigure
            title={t("quality.chart", metricTitle(metric()))}
            fileName={`models-${metric()}`}
            height={rows().length * ROW_PX + AXIS_PX}
            scene={(width) => whiskerPlot(width, rows(), formatMetric)}
            table={() => ({
              head: [t("models.list.model"), t("quality.value"), t("quality.low"), t("quality.high")],
              rows: rows().map(({ name, value, low, high }) => [name, value, low, high]),
            })}
          />
        </div>
        <Show when={pairs().length > 0}>
          <h2 class="mt-4 mb-2 border-t border-line pt-3 text-sm font-semibold">
            <Term name="pairedDifference">{t("models.compare.pairs", metricTitle(metric()))}</Term>
          </h2>
          <div class="max-w-3xl">
            <IntervalRows rows={pairs()} zero={0} label={t("models.compare.pairs", metricTitle(metric()))} />
          </div>
        </Show>
      </Card>
    </Show>
  );
}
