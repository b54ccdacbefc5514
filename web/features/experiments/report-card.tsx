import { For, type JSX, Show } from "solid-js";
import { REPORT_METHODS } from "#contract/ab-test.ts";
import type { ExperimentReport, ExperimentResponse, ReportedVariant } from "#contract/experiment.ts";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount, formatMoment, formatPercent } from "../../components/format.ts";
import { IntervalRows } from "../../components/interval-rows.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import type { OpenExperiment } from "./create-experiment.ts";
import { signed, variantName, verdictOf } from "./verdict.ts";

/** The verdict in words, the differences with their ranges, and all figures. */
export function ReportCard(props: { row: ExperimentResponse; experiment: OpenExperiment }): JSX.Element {
  return (
    <Loaded query={props.experiment.report} what={t("experiments.what.report")}>
      {(report) => (
        <>
          <VerdictBox report={report()} row={props.row} experiment={props.experiment} />
          <Card
            title={t("experiments.report.title")}
            subtitle={t("experiments.report.about", formatMoment(report().from))}
            actions={
              <SelectField
                label={t("experiments.report.method")}
                value={props.experiment.method()}
                options={REPORT_METHODS.map((method) => ({
                  value: method,
                  label: t(`experiments.report.methods.${method}`),
                }))}
                onValue={(value) =>
                  props.experiment.setMethod(
                    REPORT_METHODS.find((method) => method === value) ?? "sequential",
                  )
                }
              />
            }
            flush
          >
            <Show
              when={report().variants.some(({ lists }) => lists > 0)}
              fallback={<p class="px-4 pb-4 text-sm text-muted">{t("experiments.report.none")}</p>}
            >
              <Differences report={report()} experiment={props.experiment} />
              <Figures report={report()} experiment={props.experiment} />
              <p class="border-t border-line px-4 py-3 text-xs text-faint">{leftOut(report())}</p>
            </Show>
          </Card>
        </>
      )}
    </Loaded>
  );
}

function VerdictBox(props: {
  report: ExperimentReport;
  row: ExperimentResponse;
  experiment: OpenExperiment;
}): JSX.Element {
  const verdict = () => verdictOf(props.report, props.row.confidence_level, props.experiment.names.nameOf);
  return (
    <Notice tone={verdict().tone} title={verdict().title}>
      <Show when={verdict().detail}>{(text) => <p class="num">{text()}</p>}</Show>
      <For each={props.report.warnings}>{(warning) => <p class="mt-1">{warning}</p>}</For>
    </Notice>
  );
}

function Differences(props: { report: ExperimentReport; experiment: OpenExperiment }): JSX.Element {
  const rows = () =>
    props.report.variants.flatMap(({ relative }, index) => {
      if (relative === null) return [];
      const name = variantName(props.report, index, props.experiment.names.nameOf);
      const { estimate, low, high } = relative;
      const text = `${signed(estimate)} (${t("experiments.replay.range", signed(low), signed(high))})`;
      return [{ name, estimate, low, high, text }];
    });
  const inWords = () =>
    rows()
      .map(({ name, text }) => `${name} ${text}`)
      .join(", ");
  return (
    <Show when={rows().length > 0}>
      <div class="px-4 py-3">
        <p class="mb-2 text-xs text-muted">
          {t("experiments.report.change")}: {t(`experiments.metrics.${props.report.metric}`)}
        </p>
        <IntervalRows rows={rows()} zero={0} label={t("experiments.report.intervals", inWords())} />
      </div>
    </Show>
  );
}

function Figures(props: { report: ExperimentReport; experiment: OpenExperiment }): JSX.Element {
  const head = () => [
    { label: t("experiments.report.variant") },
    { label: t("experiments.report.people"), numeric: true },
    { label: t("experiments.report.lists"), numeric: true },
    { label: t("experiments.metrics.conversion"), numeric: true },
    { label: t("experiments.metrics.per_list"), numeric: true },
    { label: t("experiments.metrics.revenue"), numeric: true },
    { label: t("experiments.report.p95"), numeric: true },
    { label: t("experiments.report.items"), numeric: true },
  ];
  return (
    <Table caption={t("experiments.report.table")} head={head()}>
      <For each={props.report.variants}>
        {(variant, index) => (
          <FigureRow
            variant={variant}
            name={variantName(props.report, index(), props.experiment.names.nameOf)}
            isControl={index() === 0}
          />
        )}
      </For>
    </Table>
  );
}

function FigureRow(props: { variant: ReportedVariant; name: string; isControl: boolean }): JSX.Element {
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} min-w-32`}>
        <span class="font-medium">{props.name}</span>
        <Show when={props.isControl}>
          <span class="text-muted"> ({t("experiments.report.control")})</span>
        </Show>
      </td>
      <td class={NUMBER_CELL}>{formatCount(props.variant.people)}</td>
      <td class={NUMBER_CELL}>{formatCount(props.variant.lists)}</td>
      <td class={NUMBER_CELL}>{formatPercent(props.variant.conversion)}</td>
      <td class={NUMBER_CELL}>{formatPercent(props.variant.per_list)}</td>
      <td class={NUMBER_CELL}>{props.variant.revenue.toFixed(2)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        {props.variant.latency_p95_ms === null
          ? "–"
          : t("components.duration.milliseconds", Math.round(props.variant.latency_p95_ms))}
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>{formatCount(props.variant.items_shown)}</td>
    </tr>
  );
}

function leftOut({ left_out: { mixed, robots, merged }, sampled }: ExperimentReport): string {
  const text = t("experiments.report.leftOut", formatCount(mixed), formatCount(robots), formatCount(merged));
  return sampled < 1 ? `${text} ${t("experiments.report.sampled", formatPercent(sampled))}` : text;
}
