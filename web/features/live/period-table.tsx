import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { SlotPeriodResponse } from "#contract/deployment-slot.ts";
import { slotPeriodsQuery } from "../../api/slots.ts";
import { Card } from "../../components/card.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";

/** What each slot served and when, also slots and models that are gone. */
export function PeriodTable(): JSX.Element {
  const { projectId } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => slotPeriodsQuery(projectId(), page()));
  const head = () => [
    { label: t("live.history.slot") },
    { label: t("live.history.version") },
    { label: t("live.history.kind") },
    { label: t("live.history.weight"), numeric: true },
    { label: t("live.history.from"), numeric: true },
    { label: t("live.history.until"), numeric: true },
  ];
  return (
    <Loaded query={query} what={t("live.what.history")}>
      {(periods) => (
        <Show when={periods().count > 0}>
          <Card title={t("live.history.title")} subtitle={t("live.history.about")} flush>
            <Table caption={t("live.history.title")} head={head()}>
              <For each={periods().results}>{(period) => <PeriodRow period={period} />}</For>
            </Table>
            <Pager count={periods().count} page={page()} onPage={setPage} />
          </Card>
        </Show>
      )}
    </Loaded>
  );
}

function PeriodRow(props: { period: SlotPeriodResponse }): JSX.Element {
  const state = () => {
    if (!props.period.is_active) return "off";
    return props.period.is_shadow ? "shadow" : "live";
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} max-w-48 truncate font-medium`}>{props.period.slot_name}</td>
      <td class={`${CELL} whitespace-nowrap`}>{t("live.version", props.period.version)}</td>
      <td class={`${CELL} whitespace-nowrap text-muted`}>{t(`live.badge.${state()}`)}</td>
      <td class={NUMBER_CELL}>{state() === "live" ? props.period.weight : "–"}</td>
      <td class={`${NUMBER_CELL} text-muted`}>{formatMoment(props.period.started_at)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        {props.period.ended_at === null ? t("live.history.now") : formatMoment(props.period.ended_at)}
      </td>
    </tr>
  );
}
