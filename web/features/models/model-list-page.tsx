import { A } from "@solidjs/router";
import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { MAX_COMPARED_MODELS, MIN_COMPARED_MODELS } from "#contract/model-comparison.ts";
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
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { useProject } from "../shell/use-project.ts";

const HEAD = [
  { label: "Compare", hidden: true },
  { label: "Model" },
  { label: "Status" },
  { label: "Test score", numeric: true },
  { label: "Size", numeric: true },
  { label: "Trained", numeric: true },
  { label: "Actions", hidden: true },
] as const;

export function ModelListPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const client = useQueryClient();
  const query = useQuery(() => modelListQuery(projectId(), page()));
  const [chosen, setChosen] = createSignal<readonly number[]>([]);
  const choose = (modelId: number, isOn: boolean) =>
    setChosen((known) => (isOn ? [...known, modelId] : known.filter((other) => other !== modelId)));
  async function remove(modelId: number): Promise<void> {
    await deleteModel(modelId);
    choose(modelId, false);
    await client.invalidateQueries({ queryKey: modelListKey(projectId()) });
  }
  return (
    <>
      <PageHeader
        title="Models"
        description="The newest ready version serves the project; try any of them before your users do."
        actions={
          <Show when={chosen().length > 0}>
            <Show
              when={chosen().length >= MIN_COMPARED_MODELS}
              fallback={<span class="text-sm text-muted">Choose another one to compare with.</span>}
            >
              <LinkButton
                look="primary"
                icon="columns"
                href={href(`/models/compare?ids=${chosen().join(",")}`)}
              >
                Compare {chosen().length} models
              </LinkButton>
            </Show>
          </Show>
        }
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
  href: string;
  isChosen: boolean;
  /** As many are chosen as can be compared. */
  isFull: boolean;
  onChoose: (isOn: boolean) => void;
  onDelete: () => Promise<void>;
}): JSX.Element {
  const score = () => {
    const [entry] = Object.entries(props.model.metrics ?? {});
    return entry ? `${entry[0]} ${formatMetric(entry[1])}` : "–";
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class="w-8 pl-4">
        <input
          type="checkbox"
          class="block size-4 accent-accent"
          aria-label={`Compare version ${props.model.version}`}
          checked={props.isChosen}
          disabled={props.isFull && !props.isChosen}
          onChange={(event) => props.onChoose(event.currentTarget.checked)}
        />
      </td>
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
