import { A, useSearchParams } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { ComparedModel, ModelComparison } from "#contract/model-comparison.ts";
import { Badge, StatusBadge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMetric,
  formatMoment,
  formatParam,
} from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { CELL } from "../../components/table.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { MetricName } from "../measuring/metric-name.tsx";
import { useProject } from "../shell/use-project.ts";
import { CompareChart } from "./compare-chart.tsx";
import { createComparison } from "./create-comparison.ts";
import { OverlapCard } from "./overlap-card.tsx";
import { type Standing, standingOf } from "./standing.ts";

/** Two to four models side by side. The address names them, so that a comparison can be shared. */
export function ComparePage(): JSX.Element {
  const { href } = useProject();
  const [search] = useSearchParams<{ ids?: string }>();
  const ids = () => (search.ids ?? "").split(",").map(Number).filter(Boolean);
  const comparison = createComparison(ids);
  return (
    <>
      <PageHeader
        title={t("models.compare.title")}
        back={{ href: href("/models"), label: t("common.models") }}
        description={t("models.compare.about")}
      />
      <Loaded query={comparison.query} what={t("models.compare.what")}>
        {(found) => (
          <div class="space-y-4">
            <Show when={comparison.error()}>
              {(error) => <ErrorNotice title={t("models.compare.failed")} error={error()} />}
            </Show>
            <Show when={comparison.failure()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
            <Show when={!found().is_comparable}>
              <Notice
                tone="warn"
                title={t("models.compare.notComparable")}
                action={
                  <Show when={comparison.canMeasure()}>
                    <Button
                      needs="editor"
                      busy={comparison.isMeasuring()}
                      onClick={() => comparison.measure(found())}
                    >
                      {comparison.isMeasuring() ? t("models.compare.testing") : t("models.compare.test")}
                    </Button>
                  </Show>
                }
              >
                {t("models.compare.differentParts")}
              </Notice>
            </Show>
            <CompareChart comparison={found()} />
            <Comparison comparison={found()} />
            <Show when={pairOf(found())}>{(pair) => <OverlapCard ids={pair()} />}</Show>
          </div>
        )}
      </Loaded>
    </>
  );
}

/** Two models with artifacts; null for more, or where one cannot make lists. */
function pairOf({ models }: ModelComparison): readonly [number, number] | null {
  const [a, b, ...more] = models;
  if (!a || !b || more.length > 0 || a.status !== "READY" || b.status !== "READY") return null;
  return [a.id, b.id];
}

interface Line {
  readonly label: JSX.Element;
  readonly value: (model: ComparedModel) => JSX.Element;
}

function Comparison(props: { comparison: ModelComparison }): JSX.Element {
  const { href } = useProject();
  const models = () => props.comparison.models;
  const metrics = () => [
    ...new Set(models().flatMap((model) => Object.keys(model.measurement?.metrics ?? {}))),
  ];
  const lines = (): Line[] => [
    { label: t("common.status"), value: (model) => <StatusBadge status={model.status} /> },
    { label: t("common.algorithm"), value: (model) => algorithmTitle(model.recommender_class_name) },
    {
      label: t("common.testPart"),
      value: (model) => <span class="num">{model.measurement?.test_part ?? "–"}</span>,
    },
    ...metrics().map(
      (name): Line => ({
        label: <MetricName metric={name} />,
        value: (model) => (
          <Metric model={model} name={name} standing={standingOf(props.comparison, name, model)} />
        ),
      }),
    ),
    { label: t("common.settings"), value: (model) => <Settings parameters={model.parameters_json} /> },
    { label: t("common.data"), value: (model) => dataText(model) },
    {
      label: t("common.size"),
      value: (model) => (model.filesize === null ? "–" : formatBytes(model.filesize)),
    },
    {
      label: t("models.compare.trainingTime"),
      value: (model) => (model.training_seconds === null ? "–" : formatDuration(model.training_seconds)),
    },
    { label: t("common.trained"), value: (model) => formatMoment(model.ins_datetime) },
  ];
  return (
    <Card flush>
      <section class="scroll-hint overflow-x-auto" aria-label={t("models.compare.table")} tabindex={0}>
        <table class="w-full text-sm">
          <caption class="sr-only">{t("models.compare.title")}</caption>
          <thead>
            <tr class="border-b border-line text-left">
              <td class={CELL} />
              <For each={models()}>
                {(model) => (
                  <th scope="col" class={`${CELL} whitespace-nowrap`}>
                    <A class="link font-semibold" href={href(`/models/${model.id}`)}>
                      {t("common.version", model.version)}
                    </A>{" "}
                    <Show when={model.is_serving}>
                      <Badge tone="accent">{t("common.live")}</Badge>
                    </Show>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody class="divide-y divide-line">
            <For each={lines()}>
              {(line) => (
                <tr>
                  <th
                    scope="row"
                    class={`${CELL} text-left align-top font-medium whitespace-nowrap text-muted`}
                  >
                    {line.label}
                  </th>
                  <For each={models()}>
                    {(model) => <td class={`${CELL} min-w-40 align-top`}>{line.value(model)}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Metric(props: { model: ComparedModel; name: string; standing: Standing }): JSX.Element {
  const isBest = () => props.standing === "best";
  const value = () => props.model.measurement?.metrics[props.name];
  const interval = () => props.model.measurement?.intervals?.[props.name];
  return (
    <span class="num">
      <span class={isBest() ? "font-semibold text-good" : ""}>{formatMetric(value())}</span>
      <Show when={props.standing}>
        {(text) => (
          <span class={isBest() ? "text-good" : "text-xs text-muted"}> {t(`models.standing.${text()}`)}</span>
        )}
      </Show>
      <Show when={interval()}>
        {(range) => (
          <span class="block text-xs text-faint">
            <Term name="confidenceInterval">
              {t("common.range", formatMetric(range().low), formatMetric(range().high))}
            </Term>
          </span>
        )}
      </Show>
    </span>
  );
}

function Settings(props: { parameters: Readonly<Record<string, unknown>> }): JSX.Element {
  const entries = () =>
    Object.entries(props.parameters).filter((entry): entry is [string, number | string | boolean] =>
      ["number", "string", "boolean"].includes(typeof entry[1]),
    );
  return (
    <ul class="space-y-0.5 text-xs">
      <For each={entries()} fallback={<li class="text-muted">{t("common.defaults")}</li>}>
        {([name, value]) => (
          <li>
            <span class="text-muted">{name}</span> <span class="num">{formatParam(value)}</span>
          </li>
        )}
      </For>
    </ul>
  );
}

function dataText({ data }: ComparedModel): string {
  return data.interactions === null
    ? data.basename
    : t("models.compare.data", data.basename, formatCount(data.interactions));
}
