import { A } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import type { FinalMetrics } from "#contract/tuning-job.ts";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatMetric, formatTimes } from "../../components/format.ts";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import type { MeasuredJob } from "./create-measured-job.ts";
import { type Compared, compareBy, countsFound, figureOf, isHigherBetter } from "./rivals.ts";
import { type WhiskerRow, whiskerPlot } from "./whisker-plot.ts";

/** How good a model is beside popularity and the model that was live, by every metric, and where its settings come from. */
export function QualityCard(props: {
  model: TrainedModelResponse;
  measured: MeasuredJob;
  projectHref: string;
}): JSX.Element {
  return (
    <Show when={props.measured.job()}>
      {(found) => (
        <Show when={found().final_metrics}>
          {(metrics) => (
            <Card title={t("quality.title")} subtitle={t("quality.about")}>
              <Figures metrics={metrics()} name={`model-${props.model.version}`} />
              <p class="mt-3 border-t border-line pt-3 text-sm text-muted">
                {t("quality.from")}{" "}
                <A class="link" href={`${props.projectHref}/data/${props.model.data_loc}`}>
                  {t("quality.data", props.model.data_loc)}
                </A>{" "}
                →{" "}
                <A class="link" href={`${props.projectHref}/tuning/${found().id}`}>
                  {t("quality.job", found().id)}
                </A>{" "}
                → {t("quality.version", props.model.version)}
              </p>
            </Card>
          )}
        </Show>
      )}
    </Show>
  );
}

function Figures(props: { metrics: FinalMetrics; name: string }): JSX.Element {
  const names = () => Object.keys(props.metrics.winner);
  const [wanted, setWanted] = createSignal<string | null>(null);
  const usual = () => names().find((name) => name.startsWith("recall@")) ?? names()[0] ?? "";
  const metric = () => names().find((name) => name === wanted()) ?? usual();
  const rows = (): WhiskerRow[] =>
    (["winner", "popularity", "serving"] as const).flatMap((who) => {
      const figure = figureOf(props.metrics, who, metric());
      const colour = who === "winner" ? "accent" : who === "popularity" ? "series-base" : "series-3";
      return figure ? [{ ...figure, name: t(`quality.who.${who}`), colour }] : [];
    });
  const sentences = () => {
    if (!isHigherBetter(metric())) return [t("quality.describes")];
    return (["popularity", "serving"] as const).flatMap((rival) => {
      const found = compareBy(props.metrics, rival, metric());
      return found ? [sentenceOf(found, metric())] : [];
    });
  };
  return (
    <>
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
          fileName={`${props.name}-quality`}
          height={rows().length * 30 + 28}
          scene={(width) => whiskerPlot(width, rows(), formatMetric)}
          table={() => ({
            head: [
              t("quality.metric"),
              t("quality.whose"),
              t("quality.value"),
              t("quality.low"),
              t("quality.high"),
            ],
            rows: names().flatMap((name) =>
              (["winner", "popularity", "serving"] as const).flatMap((who) => {
                const figure = figureOf(props.metrics, who, name);
                return figure ? [[name, t(`quality.who.${who}`), figure.value, figure.low, figure.high]] : [];
              }),
            ),
          })}
        />
      </div>
    </>
  );
}

function sentenceOf({ rival, ratio, outcome }: Compared, name: string): string {
  const whom = t(`quality.than.${rival}`);
  if (outcome === "unclear") return t("quality.unclear", whom);
  if (ratio === null) return t("quality.onlyThis", whom);
  const times = formatTimes(ratio);
  if (outcome === "worse") return t("quality.worse", Math.round((1 - ratio) * 100), whom);
  return countsFound(name) ? t("quality.finds", times, whom) : t("quality.scores", times, whom);
}
