import { A } from "@solidjs/router";
import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { deleteModel, isTraining, modelListKey, modelListQuery } from "../../api/models.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { formatBytes, formatMetric, formatPercent } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { useProject } from "../shell/use-project.ts";

const HEAD = [
  { label: "Model" },
  { label: "Status" },
  { label: "Test score", numeric: true },
  { label: "Size", numeric: true },
  { label: "Trained", numeric: true },
  { label: "Actions", hidden: true },
] as const;

export function ModelListPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createSignal(1);
  const client = useQueryClient();
  const query = useQuery(() => modelListQuery(projectId(), page()));
  async function remove(modelId: number): Promise<void> {
    await deleteModel(modelId);
    await client.invalidateQueries({ queryKey: modelListKey(projectId()) });
  }
  return (
    <>
      <PageHeader
        title="Models"
        description="The newest ready version serves the project; try any of them before your users do."
      />
      <Loaded query={query} what="the models">
        {(models) => (
          <Card flush>
            <Show
              when={models().count > 0}
              fallback={
                <EmptyState
                  icon="box"
                  title="No model yet"
                  action={
                    <LinkButton look="primary" icon="sliders" href={href("/tuning/new")}>
                      Start tuning
                    </LinkButton>
                  }
                >
                  A tuning job trains a model by itself when it ends, with the settings that did best.
                </EmptyState>
              }
            >
              <Table caption="Trained models" head={HEAD}>
                <For each={models().results}>
                  {(model) => (
                    <ModelRow
                      model={model}
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
  href: string;
  onDelete: () => Promise<void>;
}): JSX.Element {
  const score = () => {
    const [entry] = Object.entries(props.model.metrics ?? {});
    return entry ? `${entry[0]} ${formatMetric(entry[1])}` : "–";
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class={CELL}>
        <A href={props.href} class="link font-medium whitespace-nowrap">
          Version {props.model.version}
        </A>
      </td>
      <td class={`${CELL} whitespace-nowrap`}>
        <StatusBadge status={props.model.status} />
        <Show when={isTraining(props.model)}>
          <span class="num ml-2 text-muted">{formatPercent(props.model.progress)}</span>
        </Show>
      </td>
      <td class={NUMBER_CELL}>{score()}</td>
      <td class={NUMBER_CELL}>{props.model.filesize === null ? "–" : formatBytes(props.model.filesize)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.model.ins_datetime} />
      </td>
      <td class="px-2 text-right">
        <ConfirmButton
          trigger={`Delete version ${props.model.version}`}
          triggerIcon="trash"
          compact
          title={`Delete model version ${props.model.version}?`}
          confirm="Delete model"
          onConfirm={props.onDelete}
        >
          If it serves the project, recommendations stop until another model is trained. This cannot be
          undone.
        </ConfirmButton>
      </td>
    </tr>
  );
}
