import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { ExperimentResponse } from "#contract/experiment.ts";
import { experimentListQuery } from "../../api/experiments.ts";
import { Ago } from "../../components/ago.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createSlotNames, type SlotNames } from "./create-slot-names.ts";
import { ExperimentBadge } from "./experiment-badge.tsx";
import { ReplayCard } from "./replay-card.tsx";

export function ExperimentListPage(): JSX.Element {
  const { projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => experimentListQuery(projectId(), page()));
  const names = createSlotNames(projectId);
  const head = () => [
    { label: t("experiments.table.name") },
    { label: t("experiments.table.status") },
    { label: t("experiments.table.kind") },
    { label: t("experiments.table.slots") },
    { label: t("experiments.table.winner") },
    { label: t("experiments.table.started"), numeric: true },
  ];
  const create = () => (
    <LinkButton needs="editor" look="primary" icon="plus" href={href("/experiments/new")}>
      {t("experiments.create")}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t("experiments.title")} description={t("experiments.about")} actions={create()} />
      <div class="space-y-4">
        <Loaded query={query} what={t("experiments.what.list")}>
          {(list) => (
            <Card flush>
              <Show
                when={list().count > 0}
                fallback={
                  <EmptyState icon="columns" title={t("experiments.none.title")} action={create()}>
                    {t("experiments.none.why")}
                  </EmptyState>
                }
              >
                <Table caption={t("experiments.title")} head={head()}>
                  <For each={list().results}>
                    {(row) => <Row row={row} names={names} href={href(`/experiments/${row.id}`)} />}
                  </For>
                </Table>
                <Pager count={list().count} page={page()} onPage={setPage} />
              </Show>
            </Card>
          )}
        </Loaded>
        <ReplayCard />
      </div>
    </>
  );
}

function Row(props: { row: ExperimentResponse; names: SlotNames; href: string }): JSX.Element {
  const slots = () => props.row.variants.map(({ slot }) => props.names.nameOf(slot)).join(", ");
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} min-w-40`}>
        <A href={props.href} class="link font-medium">
          {props.row.name}
        </A>
      </td>
      <td class={CELL}>
        <ExperimentBadge status={props.row.status} />
      </td>
      <td class={`${CELL} whitespace-nowrap`}>{t(`experiments.kinds.${props.row.kind}`)}</td>
      <td class={`${CELL} max-w-56 truncate text-muted`}>{slots()}</td>
      <td class={`${CELL} max-w-40 truncate`}>
        {props.row.winner_slot === null ? "–" : props.names.nameOf(props.row.winner_slot)}
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Show when={props.row.started_at} fallback={t("experiments.table.notStarted")}>
          {(at) => <Ago at={at()} />}
        </Show>
      </td>
    </tr>
  );
}
