import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { ReplayResponse } from "#contract/replay.ts";
import { isApiError } from "../../api/api-error.ts";
import { replayKey, replayQuery, startReplay } from "../../api/experiments.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount, formatMoment, formatPercent } from "../../components/format.ts";
import { IntervalRows } from "../../components/interval-rows.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { t } from "../../words/words.ts";
import { createModelNames } from "../live/create-model-names.ts";
import { useProject } from "../shell/use-project.ts";

/** Below this the log says little of the model, as the API's advice has it. */
const ENOUGH_SUPPORT = 0.8;
const CONVERSION_TYPES = ["click"];

/** Estimates of a model that nobody has seen yet. */
export function ReplayCard(): JSX.Element {
  const { projectId } = useProject();
  const client = useQueryClient();
  const names = createModelNames(projectId);
  const [modelId, setModelId] = createSignal(0);
  const query = useQuery(() => ({ ...replayQuery(modelId()), enabled: modelId() !== 0 }));
  const replay = () => (modelId() === 0 ? undefined : loadedData(query));
  const start = useMutation(() => ({
    mutationFn: () => startReplay(modelId(), CONVERSION_TYPES),
    onSuccess: (begun) => client.setQueryData(replayKey(begun.model), begun),
  }));
  return (
    <Card title={t("experiments.replay.title")} subtitle={t("experiments.replay.about")}>
      <div class="space-y-4">
        <div class="flex flex-wrap items-end gap-3">
          <SelectField
            class="w-72 max-w-full"
            label={t("experiments.replay.model")}
            value={String(modelId())}
            options={[{ value: "0", label: t("experiments.replay.choose") }, ...names.ready()]}
            onValue={(value) => setModelId(Number(value))}
          />
          <Button
            needs="editor"
            icon="play"
            busy={start.isPending || replay()?.status === "RUNNING"}
            disabled={modelId() === 0}
            onClick={() => start.mutate()}
          >
            {replay() ? t("experiments.replay.again") : t("experiments.replay.start")}
          </Button>
        </div>
        <p class="text-xs text-faint">{t("experiments.replay.needsLog")}</p>
        <Show when={start.error}>
          {(error) => <ErrorNotice title={t("experiments.replay.failed")} error={error()} />}
        </Show>
        <Show when={query.isLoadingError && !isApiError(query.error, "notFound")}>
          <ErrorNotice title={t("experiments.replay.failed")} error={query.error} />
        </Show>
        <Show when={replay()}>{(found) => <ReplayFigures replay={found()} />}</Show>
      </div>
    </Card>
  );
}

function ReplayFigures(props: { replay: ReplayResponse }): JSX.Element {
  const estimates = () => props.replay.result?.estimates ?? null;
  return (
    <Switch>
      <Match when={props.replay.status === "RUNNING"}>
        <ProgressBar ratio={props.replay.progress} label={t("experiments.replay.running")} />
      </Match>
      <Match when={props.replay.status === "FAILED"}>
        <Notice tone="bad" live title={t("experiments.replay.ended")}>
          {props.replay.error}
        </Notice>
      </Match>
      <Match when={estimates()}>
        {(found) => <Estimates estimates={found()} from={props.replay.from} to={props.replay.to} />}
      </Match>
      <Match when={true}>
        <Notice tone="info" title={t("experiments.replay.nothing")} />
      </Match>
    </Switch>
  );
}

type Found = NonNullable<NonNullable<ReplayResponse["result"]>["estimates"]>;

function Estimates(props: { estimates: Found; from: string; to: string }): JSX.Element {
  const isSupported = () => props.estimates.supported_share >= ENOUGH_SUPPORT;
  const rowOf = (name: string, { estimate, low, high }: Found["logged"]) => ({
    ...{ name, estimate, low, high },
    text: `${shown(estimate)} (${t("experiments.replay.range", shown(low), shown(high))})`,
  });
  return (
    <div class="space-y-4">
      <Notice
        tone={isSupported() ? "good" : "warn"}
        title={isSupported() ? t("experiments.replay.trust") : t("experiments.replay.noTrust")}
      >
        {isSupported() ? undefined : t("experiments.replay.noTrustWhy")}
      </Notice>
      <IntervalRows
        zero={0}
        label={t("experiments.replay.perList")}
        rows={[
          rowOf(t("experiments.replay.logged"), props.estimates.logged),
          rowOf(t("experiments.replay.estimate"), props.estimates.doubly_robust),
          rowOf(t("experiments.replay.gain"), props.estimates.gain),
        ]}
      />
      <StatRow>
        <Stat
          label={t("experiments.replay.support")}
          value={formatPercent(props.estimates.supported_share)}
          note={t("experiments.replay.supportNote")}
        />
        <Stat
          label={t("experiments.replay.lists")}
          value={formatCount(props.estimates.lists)}
          note={t("experiments.replay.effective", formatCount(Math.round(props.estimates.effective_lists)))}
        />
      </StatRow>
      <p class="text-xs text-faint">
        {t("experiments.replay.perList")}.{" "}
        {t("experiments.replay.when", formatMoment(props.from), formatMoment(props.to))}
      </p>
    </div>
  );
}

function shown(value: number): string {
  return value.toFixed(2);
}
