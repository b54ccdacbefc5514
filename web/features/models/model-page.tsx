import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { isTraining, modelConfigurationQuery, modelQuery } from "../../api/models.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import {
  formatBytes,
  formatMetric,
  formatMoment,
  formatParam,
  formatPercent,
} from "../../components/format.ts";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { isBlendName } from "../algorithms/blend-parts.ts";
import { BlendTable } from "../algorithms/blend-table.tsx";
import { MetricName } from "../measuring/metric-name.tsx";
import { createMeasuredJob } from "../quality/create-measured-job.ts";
import { QualityCard } from "../quality/quality-card.tsx";
import { SegmentsCard } from "../quality/segments-card.tsx";
import { useProject } from "../shell/use-project.ts";
import { ColdCard } from "./cold-card.tsx";
import { createLiveVersion } from "./create-live-version.ts";
import { LiveBadge, MakeLive, RollBack } from "./live-actions.tsx";
import { TryOutPanel } from "./try-out.tsx";
import { workFacts } from "./work-facts.ts";

export function ModelPage(): JSX.Element {
  const params = useParams<{ modelId: string }>();
  const { projectId, href } = useProject();
  const query = useQuery(() => modelQuery(Number(params.modelId)));
  const live = createLiveVersion(projectId);
  return (
    <Loaded query={query} what={t("models.page.what")}>
      {(model) => (
        <>
          <PageHeader
            title={t("common.modelVersion", model().version)}
            badge={
              <Show when={live.isLive(model().id)} fallback={<StatusBadge status={model().status} />}>
                <LiveBadge />
              </Show>
            }
            description={t("models.page.trainedAt", formatMoment(model().ins_datetime))}
            back={{ href: href("/models"), label: t("common.models") }}
            actions={
              <Show when={model().status === "READY"}>
                <Show when={model().file !== null && !live.isPending() && !live.isLive(model().id)}>
                  <MakeLive live={live} modelId={model().id} version={model().version} />
                </Show>
                <For each={live.slots().filter((slot) => slot.model.id === model().id)}>
                  {(slot) => <RollBack live={live} slot={slot} />}
                </For>
                <LinkButton icon="key" href={href("/keys")}>
                  {t("models.page.getKey")}
                </LinkButton>
              </Show>
            }
          />
          <div class="space-y-4">
            <Show when={model().deployment}>
              {(text) => <p class="text-sm text-muted text-pretty">{text()}</p>}
            </Show>
            <Switch>
              <Match when={isTraining(model())}>
                <Card title={t("common.training")}>
                  <ProgressBar ratio={model().progress} label={t("common.training")} />
                  <p class="num mt-2 text-sm text-muted">
                    {t("models.page.done", formatPercent(model().progress))}
                  </p>
                </Card>
              </Match>
              <Match when={model().status === "FAILED"}>
                <Notice tone="bad" title={t("models.page.failed")}>
                  {t("common.earlierStays", model().error ?? t("common.noReason"))}
                </Notice>
              </Match>
              <Match when={model().status === "READY"}>
                <TryOutPanel modelId={model().id} projectId={projectId()} />
              </Match>
            </Switch>
            <Measured model={model()} projectHref={href()} />
          </div>
        </>
      )}
    </Loaded>
  );
}

/** Shown at once, so that nothing below moves when the figures come. */
function Measured(props: { model: TrainedModelResponse; projectHref: string }): JSX.Element {
  const measured = createMeasuredJob(() => props.model);
  return (
    <Show when={!measured.isPending()} fallback={<Skeleton lines={6} />}>
      <QualityCard model={props.model} measured={measured} projectHref={props.projectHref} />
      <Show when={measured.job()?.final_metrics?.segments}>
        {(segments) => <SegmentsCard segments={segments()} />}
      </Show>
      <Facts model={props.model} />
    </Show>
  );
}

function Facts(props: { model: TrainedModelResponse }): JSX.Element {
  const query = useQuery(() => modelConfigurationQuery(props.model.configuration));
  const isBlend = () => isBlendName(loadedData(query)?.recommender_class_name ?? null);
  const settings = (): Fact[] => {
    const configuration = loadedData(query);
    const own = isBlend() ? {} : (configuration?.parameters_json ?? {});
    const parameters = Object.entries(own).filter(isPlain);
    const size = props.model.filesize;
    return [
      [t("common.algorithm"), configuration ? algorithmTitle(configuration.recommender_class_name) : "…"],
      ...parameters.map(([name, value]): Fact => [name, formatParam(value)]),
      ...(size === null ? [] : [[t("common.size"), formatBytes(size)] satisfies Fact]),
    ];
  };
  const metrics = () =>
    Object.entries(props.model.metrics ?? {}).map(
      ([name, value]): Fact => [<MetricName metric={name} />, formatMetric(value)],
    );
  const measured = (): Fact[] => [
    ...metrics(),
    ...(props.model.test_part === null ? [] : [[t("common.testPart"), props.model.test_part] satisfies Fact]),
  ];
  return (
    <div class="grid items-start gap-4 md:grid-cols-2">
      <FactCard title={t("common.settings")} facts={settings()} />
      <Show when={metrics().length > 0}>
        <FactCard title={<Term name="holdout">{t("common.onUnseenData")}</Term>} facts={measured()} />
      </Show>
      <Show when={props.model.work}>
        {(work) => <FactCard title={t("models.work.title")} facts={workFacts(work())} />}
      </Show>
      <ColdCard model={props.model} configuration={loadedData(query)} />
      <Show when={isBlend()}>
        <div class="min-w-0 md:col-span-2">
          <Card title={<Term name="blend">{t("common.partsOfBlend")}</Term>} flush>
            <BlendTable parameters={loadedData(query)?.parameters_json ?? {}} />
          </Card>
        </div>
      </Show>
    </div>
  );
}

type Fact = readonly [name: JSX.Element, value: string];

function isPlain(entry: [string, unknown]): entry is [string, number | string | boolean] {
  return ["number", "string", "boolean"].includes(typeof entry[1]);
}

function FactCard(props: { title: JSX.Element; facts: readonly Fact[] }): JSX.Element {
  return (
    <Card title={props.title}>
      <dl class="divide-y divide-line text-sm">
        <For each={props.facts}>
          {([name, value]) => (
            <div class="flex justify-between gap-3 py-1">
              <dt class="text-muted">{name}</dt>
              <dd class="num min-w-0 truncate">{value}</dd>
            </div>
          )}
        </For>
      </dl>
    </Card>
  );
}
