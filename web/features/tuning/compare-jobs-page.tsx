import { A, useSearchParams } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { StatusBadge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { formatMetric } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { useProject } from "../shell/use-project.ts";
import { BEST_PLOT_PX, type BestLine, bestPlot, stepsUp } from "../study/plots/best-plot.ts";
import { ComparedImportance } from "./compared-importance.tsx";
import { comparedIds, haveOneMeasure } from "./compared-jobs.ts";
import { type ComparedStudy, createComparedJobs } from "./create-compared-jobs.ts";
import { createJobFacts } from "./create-job-facts.ts";
import { studySeries } from "./study-progress.ts";

/** Two to four tuning jobs side by side: how each got better, and by which settings. The address names them. */
export function CompareJobsPage(): JSX.Element {
  const { href } = useProject();
  const [search] = useSearchParams<{ ids?: string }>();
  const ids = () => comparedIds(search.ids ?? "");
  const { studies, error } = createComparedJobs(ids);
  return (
    <>
      <PageHeader
        title={t("tuning.compare.title")}
        description={t("tuning.compare.about")}
        back={{ href: href("/tuning"), label: t("tuning.title") }}
      />
      <Show when={error()}>
        {(thrown) => <ErrorNotice title={t("tuning.compare.failed")} error={thrown()} />}
      </Show>
      <Show when={studies()} fallback={<Skeleton lines={8} />}>
        {(found) => (
          <div class="space-y-4">
            <Show when={!haveOneMeasure(found())}>
              <Notice tone="warn" title={t("tuning.compare.otherMeasure")}>
                {t("tuning.compare.otherMeasureWhy")}
              </Notice>
            </Show>
            <BestSoFar studies={found()} />
            <ComparedImportance studies={found()} />
            <Settings studies={found()} />
          </div>
        )}
      </Show>
    </>
  );
}

function BestSoFar(props: { studies: readonly ComparedStudy[] }): JSX.Element {
  const lines = (): readonly BestLine[] =>
    props.studies.map(({ trials, colour }) => ({ ...studySeries(trials), colour }));
  return (
    <Card title={t("tuning.compare.best")}>
      <ul class="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <For each={props.studies}>{(study) => <Legend study={study} />}</For>
      </ul>
      <PlotFigure
        title={t("tuning.compare.best")}
        fileName={`jobs-${props.studies.map(({ job }) => job.id).join("-")}`}
        height={BEST_PLOT_PX}
        scene={(width) => bestPlot(width, lines())}
        table={() => ({
          head: [t("tuning.jobs.job"), t("common.trials"), t("tuning.chart.bestSoFar")],
          rows: lines().flatMap((line, at) =>
            stepsUp(line).map(({ trial, value }) => [props.studies[at]?.job.id ?? null, trial, value]),
          ),
        })}
      />
    </Card>
  );
}

function Legend(props: { study: ComparedStudy }): JSX.Element {
  return (
    <li class="flex items-center gap-1.5">
      <span
        class="h-0.5 w-4"
        style={{ "background-color": `var(--color-${props.study.colour})` }}
        aria-hidden="true"
      />
      {t("tuning.jobName", props.study.job.id)}
    </li>
  );
}

function Settings(props: { studies: readonly ComparedStudy[] }): JSX.Element {
  const head = () => [
    { label: t("tuning.jobs.job") },
    { label: t("common.status") },
    { label: t("tuning.compare.score"), numeric: true },
    { label: t("common.trials"), numeric: true },
    { label: t("tuning.advanced.testedOn") },
    { label: t("tuning.advanced.algorithms") },
  ];
  return (
    <Card flush>
      <Table caption={t("tuning.compare.title")} head={head()}>
        <For each={props.studies}>{(study) => <StudyRow study={study} />}</For>
      </Table>
    </Card>
  );
}

function StudyRow(props: { study: ComparedStudy }): JSX.Element {
  const { href } = useProject();
  const facts = createJobFacts(() => props.study.job);
  const algorithms = () => {
    const tried = props.study.trials.flatMap(({ algorithm }) => (algorithm === null ? [] : [algorithm]));
    return [...new Set(tried)].map(algorithmTitle).join(", ");
  };
  return (
    <tr>
      <td class={`${CELL} whitespace-nowrap`}>
        <A class="link font-medium" href={href(`/tuning/${props.study.job.id}`)}>
          {t("tuning.jobName", props.study.job.id)}
        </A>
      </td>
      <td class={CELL}>
        <StatusBadge status={props.study.job.status} />
      </td>
      <td class={`${CELL} num text-right whitespace-nowrap`}>
        {formatMetric(props.study.job.best_score ?? undefined)}
        <span class="block text-xs text-faint">{facts.metric()}</span>
      </td>
      <td class={`${CELL} num text-right`}>{props.study.job.n_trials}</td>
      <td class={`${CELL} min-w-48 text-muted`}>{facts.description()}</td>
      <td class={`${CELL} min-w-48`}>{algorithms()}</td>
    </tr>
  );
}
