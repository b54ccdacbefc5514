import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { ModelConfigurationResponse } from "#contract/model.ts";
import { Ago } from "../../components/ago.tsx";
import { Button, IconButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { AlgorithmDot } from "../algorithms/algorithm-dot.tsx";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { useProject } from "../shell/use-project.ts";
import { settingsLine } from "./configuration-draft.ts";
import { ConfigurationForm } from "./configuration-form.tsx";
import { type Configurations, createConfigurations } from "./create-configurations.ts";

/** Saved settings: an algorithm with its parameters, of studies and made by hand. */
export function ConfigurationsPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const configurations = createConfigurations(projectId, page);
  const add = () => (
    <Button look="primary" icon="plus" needs="editor" onClick={() => configurations.open("new")}>
      {t("configurations.create")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("configurations.title")}
        description={t("configurations.about")}
        back={{ href: href("/models"), label: t("common.models") }}
        actions={<Show when={configurations.opened() === null}>{add()}</Show>}
      />
      <div class="space-y-4">
        <Show when={configurations.opened() !== null}>
          <ConfigurationForm configurations={configurations} />
        </Show>
        <Loaded query={configurations.query} what={t("configurations.what")}>
          {(list) => (
            <Card flush>
              <ConfigurationTable rows={list().results} configurations={configurations} />
              <Pager count={list().count} page={page()} onPage={setPage} />
            </Card>
          )}
        </Loaded>
      </div>
    </>
  );
}

function ConfigurationTable(props: {
  rows: readonly ModelConfigurationResponse[];
  configurations: Configurations;
}): JSX.Element {
  const head = () => [
    { label: t("common.name") },
    { label: t("common.algorithm") },
    { label: t("common.settings") },
    { label: t("configurations.origin") },
    { label: t("common.created"), numeric: true },
    { label: t("common.actions"), hidden: true },
  ];
  return (
    <Show
      when={props.rows.length > 0}
      fallback={
        <EmptyState icon="sliders" title={t("configurations.empty")}>
          {t("configurations.emptyThen")}
        </EmptyState>
      }
    >
      <Table caption={t("configurations.title")} head={head()}>
        <For each={props.rows}>
          {(row) => <ConfigurationRow row={row} configurations={props.configurations} />}
        </For>
      </Table>
    </Show>
  );
}

function ConfigurationRow(props: {
  row: ModelConfigurationResponse;
  configurations: Configurations;
}): JSX.Element {
  const name = () => props.row.name ?? t("configurations.unnamed", props.row.id);
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} min-w-32 font-medium`}>{name()}</td>
      <td class={`${CELL} whitespace-nowrap`}>
        <span class="flex items-center gap-2">
          <AlgorithmDot algorithm={props.row.recommender_class_name} />
          {algorithmTitle(props.row.recommender_class_name)}
        </span>
      </td>
      <td class={`${CELL} num max-w-80 min-w-48 text-xs break-words text-muted`}>
        <span class="line-clamp-3">{settingsLine(props.row.parameters_json) || t("common.defaults")}</span>
      </td>
      <td class={`${CELL} whitespace-nowrap`}>
        <Origin job={props.row.tuning_job} />
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.row.ins_datetime} />
      </td>
      <td class="px-2">
        <RowActions row={props.row} name={name()} configurations={props.configurations} />
      </td>
    </tr>
  );
}

/** The tuning job that found the settings, or that a person wrote them. */
function Origin(props: { job: number | null }): JSX.Element {
  const { href } = useProject();
  return (
    <Show when={props.job} fallback={<span class="text-muted">{t("configurations.byHand")}</span>}>
      {(job) => (
        <A class="link" href={href(`/tuning/${job()}`)}>
          {t("tuning.jobName", job())}
        </A>
      )}
    </Show>
  );
}

function RowActions(props: {
  row: ModelConfigurationResponse;
  name: string;
  configurations: Configurations;
}): JSX.Element {
  return (
    <div class="flex items-center justify-end gap-1">
      <Show when={props.configurations.newestData()}>
        {(data) => (
          <ConfirmButton
            trigger={t("configurations.train")}
            title={t("configurations.trainQuestion", props.name)}
            confirm={t("configurations.trainConfirm")}
            look="primary"
            needs="editor"
            onConfirm={() => props.configurations.train(props.row.id, data().id)}
          >
            {t("configurations.trainWhat", data().basename ?? t("data.dataName", data().id))}
          </ConfirmButton>
        )}
      </Show>
      <IconButton
        icon="sliders"
        label={t("configurations.changeNamed", props.name)}
        needs="editor"
        onClick={() => props.configurations.open(props.row)}
      />
      <ConfirmButton
        trigger={t("configurations.removeNamed", props.name)}
        triggerIcon="trash"
        compact
        needs="editor"
        title={t("configurations.removeQuestion", props.name)}
        confirm={t("configurations.remove")}
        onConfirm={() => props.configurations.remove(props.row.id)}
      >
        {t("configurations.removeWhat")}
      </ConfirmButton>
    </div>
  );
}
