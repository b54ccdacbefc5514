import { useNavigate, useParams } from "@solidjs/router";
import { type JSX, Match, Show, Switch } from "solid-js";
import type { ExperimentResponse } from "#contract/experiment.ts";
import { isApiError } from "../../api/api-error.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatMoment, formatPercent } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { NotFoundPage } from "../shell/not-found-page.tsx";
import { useProject } from "../shell/use-project.ts";
import { createExperiment, type OpenExperiment } from "./create-experiment.ts";
import { DecideCard } from "./decide-card.tsx";
import { ExperimentBadge } from "./experiment-badge.tsx";
import { PlanCard } from "./plan-card.tsx";
import { QualityChart } from "./quality-chart.tsx";
import { ReportCard } from "./report-card.tsx";

/** One experiment: what its figures say, and the steps from its plan to its decision. */
export function ExperimentPage(): JSX.Element {
  const params = useParams<{ experimentId: string }>();
  const { projectId } = useProject();
  const experiment = createExperiment(projectId, () => Number(params.experimentId));
  const isForeign = () => {
    const row = experiment.row();
    return row ? row.project !== projectId() : isApiError(experiment.query.error, "notFound");
  };
  return (
    <Show when={!isForeign()} fallback={<NotFoundPage />}>
      <Loaded query={experiment.query} what={t("experiments.what.one")}>
        {(row) => <Shown row={row()} experiment={experiment} />}
      </Loaded>
    </Show>
  );
}

function Shown(props: { row: ExperimentResponse; experiment: OpenExperiment }): JSX.Element {
  const { href } = useProject();
  const slots = () => props.row.variants.flatMap(({ slot }) => (slot === null ? [] : [slot]));
  return (
    <>
      <PageHeader
        title={props.row.name}
        badge={<ExperimentBadge status={props.row.status} />}
        description={t(`experiments.kindWhy.${props.row.kind}`)}
        back={{ href: href("/experiments"), label: t("experiments.title") }}
        actions={<Steps row={props.row} experiment={props.experiment} />}
      />
      <div class="space-y-4">
        <Show when={props.experiment.step.error}>
          {(error) => <ErrorNotice title={t("experiments.actions.failed")} error={error()} />}
        </Show>
        <Switch>
          <Match when={props.row.status === "DRAFT"}>
            <PlanCard experimentId={props.row.id} />
          </Match>
          <Match when={true}>
            <ReportCard row={props.row} experiment={props.experiment} />
            <Show when={props.row.kind === "ab" ? props.row.started_at : null}>
              {(startedAt) => (
                <QualityChart slots={slots()} from={startedAt()} names={props.experiment.names} />
              )}
            </Show>
          </Match>
        </Switch>
        <Show when={props.row.status === "RUNNING" && props.row.kind !== "holdout"}>
          <DecideCard row={props.row} experiment={props.experiment} />
        </Show>
        <Settings row={props.row} experiment={props.experiment} />
      </div>
    </>
  );
}

function Steps(props: { row: ExperimentResponse; experiment: OpenExperiment }): JSX.Element {
  const navigate = useNavigate();
  const { href } = useProject();
  return (
    <Switch>
      <Match when={props.row.status === "RUNNING"}>
        <ConfirmButton
          needs="editor"
          trigger={t("experiments.actions.stop")}
          title={t("experiments.actions.stopTitle")}
          confirm={t("experiments.actions.stop")}
          look="primary"
          onConfirm={props.experiment.stop}
        >
          {t("experiments.actions.stopWhy")}
        </ConfirmButton>
      </Match>
      <Match when={true}>
        <ConfirmButton
          needs="editor"
          trigger={t("experiments.actions.remove")}
          title={t("experiments.actions.removeTitle")}
          confirm={t("experiments.actions.removeConfirm")}
          onConfirm={async () => {
            await props.experiment.remove();
            navigate(href("/experiments"));
          }}
        >
          {t("experiments.actions.removeWhy")}
        </ConfirmButton>
        <Show when={props.row.status === "DRAFT"}>
          <Button
            needs="editor"
            look="primary"
            icon="play"
            busy={props.experiment.step.isPending}
            onClick={props.experiment.start}
          >
            {t("experiments.actions.start")}
          </Button>
        </Show>
      </Match>
    </Switch>
  );
}

function Settings(props: { row: ExperimentResponse; experiment: OpenExperiment }): JSX.Element {
  const nameOf = props.experiment.names.nameOf;
  const shares = () => {
    const total = props.row.variants.reduce((sum, { weight }) => sum + weight, 0);
    return props.row.variants
      .map(({ slot, weight }, index) => {
        const planned = props.row.kind === "holdout" ? weight : weight / total;
        return `${nameOf(slot)} ${formatPercent(props.row.shares[index] ?? planned)}`;
      })
      .join(", ");
  };
  return (
    <Card title={t("experiments.settings.title")}>
      <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <Fact name={t("experiments.settings.kind")}>{t(`experiments.kinds.${props.row.kind}`)}</Fact>
        <Fact name={t("experiments.settings.shares")}>{shares()}</Fact>
        <Fact name={t("experiments.settings.types")}>{props.row.conversion_types.join(", ")}</Fact>
        <Fact name={t("experiments.settings.metric")}>{t(`experiments.metrics.${props.row.metric}`)}</Fact>
        <Fact name={t("experiments.settings.level")}>{formatPercent(props.row.confidence_level)}</Fact>
        <Show when={props.row.started_at}>
          {(at) => <Fact name={t("experiments.settings.started")}>{formatMoment(at())}</Fact>}
        </Show>
        <Show when={props.row.ended_at}>
          {(at) => <Fact name={t("experiments.settings.ended")}>{formatMoment(at())}</Fact>}
        </Show>
        <Show when={props.row.winner_slot}>
          {(slot) => <Fact name={t("experiments.settings.winner")}>{nameOf(slot())}</Fact>}
        </Show>
      </dl>
    </Card>
  );
}

function Fact(props: { name: string; children: JSX.Element }): JSX.Element {
  return (
    <>
      <dt class="text-muted">{props.name}</dt>
      <dd class="min-w-0 break-words">{props.children}</dd>
    </>
  );
}
