import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { BASELINE } from "#contract/algorithms.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { modelConfigurationQuery } from "../../api/models.ts";
import { Card } from "../../components/card.tsx";
import { formatCount, formatMetric, formatParam } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { algorithmSeries, algorithmTitle, isBaseline } from "../algorithms/algorithm-look.ts";
import { isBlendName } from "../algorithms/blend-parts.ts";
import { BlendTable } from "../algorithms/blend-table.tsx";
import { ColdFigures } from "../measuring/cold-figures.tsx";
import { metricTitle } from "../measuring/metric-title.ts";
import { judge, largestOf, verdictSentence } from "./verdict.ts";

type FinalMetrics = NonNullable<TuningJobResponse["final_metrics"]>;

/** The winner against popularity, on interactions that no trial has seen. */
export function JobResult(props: {
  metrics: FinalMetrics;
  metric: string;
  testPart: string | null;
  configurationId: number | null;
  fallbackAlgorithm: string | null;
}): JSX.Element {
  const query = useQuery(() => ({
    ...modelConfigurationQuery(props.configurationId ?? 0),
    enabled: props.configurationId !== null,
  }));
  const configuration = () => (props.configurationId === null ? undefined : loadedData(query));
  const algorithm = () => configuration()?.recommender_class_name ?? props.fallbackAlgorithm;
  const title = () => algorithmTitle(algorithm() ?? t("tuning.result.theWinner"));
  const verdict = () => judge(props.metrics, props.metric);
  const most = () => largestOf(props.metrics, props.metric);
  return (
    <Show when={verdict()}>
      {(found) => (
        <Card title={t("tuning.result.title")}>
          <p class="text-lg font-semibold text-balance">
            {verdictSentence(found(), title(), isBaseline(algorithm()))}
          </p>
          <p class="mt-0.5 text-sm text-muted">
            {t("tuning.result.measured", metricTitle(props.metric))}
            <Show when={props.testPart}>{(part) => <span class="num"> ({part()})</span>}</Show>.
          </p>
          <Show when={props.metrics.measured_on}>
            {(scope) => <Scope scope={scope()} sample={props.metrics.of_sample} metric={props.metric} />}
          </Show>
          <div class="mt-4 max-w-2xl space-y-2.5">
            <Bar
              label={title()}
              value={found().winner}
              interval={props.metrics.intervals?.winner[props.metric]}
              most={most()}
              series={algorithmSeries(algorithm())}
            />
            <Bar
              label={algorithmTitle(BASELINE)}
              value={found().popularity}
              interval={props.metrics.intervals?.popularity[props.metric]}
              most={most()}
              series={algorithmSeries(BASELINE)}
            />
            <Show when={props.metrics.serving?.[props.metric]}>
              {(value) => (
                <Bar
                  label={t("tuning.result.live")}
                  value={value()}
                  interval={props.metrics.intervals?.serving?.[props.metric]}
                  most={most()}
                  series="series-base"
                />
              )}
            </Show>
          </div>
          <Show when={props.metrics.cold}>
            {(cold) => (
              <div class="mt-4 border-t border-line">
                <ColdFigures
                  cold={cold()}
                  metric={props.metric}
                  warm={found()}
                  model={t("tuning.result.winner")}
                />
              </div>
            )}
          </Show>
          <Show
            when={isBlendName(algorithm())}
            fallback={<Parameters values={configuration()?.parameters_json} />}
          >
            <div class="mt-4 border-t border-line">
              <BlendTable parameters={configuration()?.parameters_json ?? {}} />
            </div>
          </Show>
        </Card>
      )}
    </Show>
  );
}

/** Which users the figures are of, and what the winner had on those of the trials. */
function Scope(props: {
  scope: NonNullable<FinalMetrics["measured_on"]>;
  sample: FinalMetrics["of_sample"];
  metric: string;
}): JSX.Element {
  const words = () => (props.scope.data === "all" ? "tuning.result.onAll" : "tuning.result.onSample");
  const onSample = () => props.sample?.winner[props.metric];
  return (
    <p class="mt-0.5 text-sm text-muted">
      {t(words(), formatCount(props.scope.users), formatCount(props.scope.of_users))}
      <Show when={onSample() !== undefined}>
        {" "}
        {t("tuning.result.ofSample", formatCount(props.sample?.users ?? 0), formatMetric(onSample() ?? 0))}
      </Show>
    </p>
  );
}

function Bar(props: {
  label: string;
  value: number;
  /** The range holds the true value in 95 of 100 cases. */
  interval: { readonly low: number; readonly high: number } | undefined;
  /** The largest value of all bars. */
  most: number;
  series: string;
}): JSX.Element {
  const ratio = () => props.value / Math.max(props.most, Number.MIN_VALUE);
  return (
    <div class="grid grid-cols-[6rem_1fr_3.5rem] sm:grid-cols-[10rem_1fr_3.5rem] items-center gap-3 text-sm">
      <span class="truncate">{props.label}</span>
      <span class="h-3 overflow-hidden rounded-sm bg-hover" aria-hidden="true">
        <span
          class="block h-full rounded-sm"
          style={{ width: `${ratio() * 100}%`, "background-color": `var(--color-${props.series})` }}
        />
      </span>
      <span class="num text-right font-medium">{formatMetric(props.value)}</span>
      <Show when={props.interval}>
        {(range) => (
          <span class="num col-span-2 col-start-2 -mt-2 text-right text-xs text-faint">
            <Term name="confidenceInterval">
              {t("common.range", formatMetric(range().low), formatMetric(range().high))}
            </Term>
          </span>
        )}
      </Show>
    </div>
  );
}

function Parameters(props: { values: Readonly<Record<string, unknown>> | undefined }): JSX.Element {
  const entries = () =>
    Object.entries(props.values ?? {}).filter(
      (entry): entry is [string, number | string | boolean] => typeof entry[1] !== "object",
    );
  return (
    <Show when={entries().length > 0}>
      <dl class="num mt-4 flex flex-wrap gap-x-5 gap-y-1 border-t border-line pt-3 text-sm">
        <For each={entries()}>
          {([name, value]) => (
            <div class="flex gap-1.5">
              <dt class="text-muted">{name}</dt>
              <dd>{formatParam(value)}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  );
}
