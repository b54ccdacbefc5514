import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { MAX_COMPARED_MODELS, MIN_COMPARED_MODELS } from "#contract/model-comparison.ts";
import { deleteModel, isTraining, modelConfigurationQuery, modelListQuery } from "../../api/models.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { formatBytes, formatPercent } from "../../components/format.ts";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { useProject } from "../shell/use-project.ts";
import { createLiveVersion, type LiveVersion } from "./create-live-version.ts";
import { LiveBadge, MakeLive } from "./live-actions.tsx";
import { TestScore } from "./test-score.tsx";

const head = () =>
  [
    { label: t("models.list.compare"), hidden: true },
    { label: t("models.list.model") },
    { label: t("common.algorithm") },
    { label: t("common.status") },
    { label: t("common.testScore"), numeric: true },
    { label: t("common.size"), numeric: true },
    { label: t("common.trained"), numeric: true },
    { label: t("common.actions"), hidden: true },
  ] as const;

export function ModelListPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => modelListQuery(projectId(), page()));
  const [chosen, setChosen] = createSignal<readonly number[]>([]);
  const choose = (modelId: number, isOn: boolean) =>
    setChosen((known) => (isOn ? [...known, modelId] : known.filter((other) => other !== modelId)));
  const live = createLiveVersion(projectId);
  async function remove(modelId: number): Promise<void> {
    await deleteModel(modelId, live.isOnly(modelId));
    choose(modelId, false);
    await live.refresh();
  }
  return (
    <>
      <PageHeader
        title={t("common.models")}
        description={t("models.list.about")}
        actions={
          <Show
            when={chosen().length > 0}
            fallback={
              <LinkButton icon="sliders" href={href("/models/settings")}>
                {t("configurations.title")}
              </LinkButton>
            }
          >
            <Show
              when={chosen().length >= MIN_COMPARED_MODELS}
              fallback={<span class="text-sm text-muted">{t("models.list.chooseAnother")}</span>}
            >
              <LinkButton
                look="primary"
                icon="columns"
                href={href(`/models/compare?ids=${chosen().join(",")}`)}
              >
                {t("models.list.compareMany", chosen().length)}
              </LinkButton>
            </Show>
          </Show>
        }
      />
      <Loaded query={query} what={t("models.list.what")}>
        {(models) => (
          <Card flush>
            <Show
              when={models().count > 0}
              fallback={
                <EmptyState
                  icon="box"
                  title={t("models.list.empty")}
                  action={
                    <LinkButton needs="editor" look="primary" icon="sliders" href={href("/tuning/new")}>
                      {t("common.startTuning")}
                    </LinkButton>
                  }
                >
                  {t("models.list.emptyThen")}
                </EmptyState>
              }
            >
              <Table caption={t("models.list.caption")} head={head()}>
                <For each={models().results}>
                  {(model) => (
                    <ModelRow
                      model={model}
                      live={live}
                      isChosen={chosen().includes(model.id)}
                      isFull={chosen().length >= MAX_COMPARED_MODELS}
                      onChoose={(isOn) => choose(model.id, isOn)}
                      href={href(`/models/${model.id}`)}
                      onDelete={() => remove(model.id)}
                    />
                  )}
                </For>
              </Table>
              <Pager count={models().count} page={page()} onPage={setPage} />
            </Show>
          </Card>
        )}
      </Loaded>
    </>
  );
}

function ModelRow(props: {
  model: TrainedModelResponse;
  live: LiveVersion;
  href: string;
  isChosen: boolean;
  /** The number of chosen models is at the limit of a comparison. */
  isFull: boolean;
  onChoose: (isOn: boolean) => void;
  onDelete: () => Promise<void>;
}): JSX.Element {
  const isLive = () => props.live.isLive(props.model.id);
  return (
    <tr class="hover:bg-hover/50">
      <td class="w-8 pl-4">
        <input
          type="checkbox"
          class="block size-4 accent-accent"
          aria-label={t("models.list.compareVersion", props.model.version)}
          checked={props.isChosen}
          disabled={props.isFull && !props.isChosen}
          onChange={(event) => props.onChoose(event.currentTarget.checked)}
        />
      </td>
      <td class={CELL}>
        <A href={props.href} class="link font-medium whitespace-nowrap">
          {t("common.version", props.model.version)}
        </A>
      </td>
      <td class={`${CELL} whitespace-nowrap`}>
        <Algorithm configurationId={props.model.configuration} />
      </td>
      <td class={`${CELL} whitespace-nowrap`}>
        <Show when={isLive()} fallback={<StatusBadge status={props.model.status} />}>
          <LiveBadge />
        </Show>
        <Show when={isTraining(props.model)}>
          <span class="num ml-2 text-muted">{formatPercent(props.model.progress)}</span>
        </Show>
      </td>
      <td class={NUMBER_CELL}>
        <TestScore metrics={props.model.metrics} testPart={props.model.test_part} />
      </td>
      <td class={NUMBER_CELL}>{props.model.filesize === null ? "–" : formatBytes(props.model.filesize)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.model.ins_datetime} />
      </td>
      <td class="px-2">
        <div class="flex items-center justify-end gap-1">
          <Show when={props.model.status === "READY" && props.model.file !== null && !isLive()}>
            <MakeLive live={props.live} modelId={props.model.id} version={props.model.version} />
          </Show>
          <ConfirmButton
            needs="editor"
            trigger={t("models.list.delete", props.model.version)}
            triggerIcon="trash"
            compact
            title={t("models.list.deleteQuestion", props.model.version)}
            confirm={t("models.list.deleteConfirm")}
            onConfirm={props.onDelete}
          >
            <Show when={isLive()}>
              {props.live.isOnly(props.model.id) ? t("models.list.isOnlyLive") : t("models.list.isLive")}
            </Show>
            {t("common.noUndo")}
          </ConfirmButton>
        </div>
      </td>
    </tr>
  );
}

function Algorithm(props: { configurationId: number }): JSX.Element {
  // A model's inputs do not change while the list is open.
  const query = useQuery(() => ({ ...modelConfigurationQuery(props.configurationId), staleTime: Infinity }));
  const name = () => loadedData(query)?.recommender_class_name;
  return <Show when={name()}>{(found) => algorithmTitle(found())}</Show>;
}
