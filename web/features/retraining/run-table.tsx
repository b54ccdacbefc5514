import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { RetrainingRunResponse } from "#contract/retraining.ts";
import { runsQuery } from "../../api/retraining.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";

const head = () =>
  [
    { label: t("retraining.runs.run") },
    { label: t("common.status") },
    { label: t("retraining.runs.result") },
    { label: t("common.rows"), numeric: true },
    { label: t("common.started"), numeric: true },
  ] as const;

/** The past runs of the schedule. */
export function RunTable(props: { scheduleId: number }): JSX.Element {
  const { projectId } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => runsQuery(projectId(), props.scheduleId, page()));
  return (
    <Loaded query={query} what={t("retraining.runs.what")}>
      {(runs) => (
        <Card title={t("retraining.runs.title")} flush>
          <Show
            when={runs().count > 0}
            fallback={<p class="px-4 pb-4 text-sm text-muted">{t("retraining.runs.none")}</p>}
          >
            <Table caption={t("retraining.runs.caption")} head={head()}>
              <For each={runs().results}>{(run) => <RunRow run={run} />}</For>
            </Table>
            <Pager count={runs().count} page={page()} onPage={setPage} />
          </Show>
        </Card>
      )}
    </Loaded>
  );
}

function RunRow(props: { run: RetrainingRunResponse }): JSX.Element {
  const { href } = useProject();
  const result = () => props.run.deployment || props.run.error_message || "–";
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} whitespace-nowrap`}>
        <span class="font-medium">{props.run.id}</span>
        <span class="text-muted">
          {" "}
          {props.run.trigger === "CRON" ? t("retraining.runs.bySchedule") : t("retraining.runs.byHand")}
        </span>
      </td>
      <td class={CELL}>
        <StatusBadge status={props.run.status} />
      </td>
      <td class={`${CELL} min-w-56`}>
        <span class="text-pretty">{result()}</span>{" "}
        <Show when={props.run.trained_model}>
          {(id) => (
            <A class="link whitespace-nowrap" href={href(`/models/${id()}`)}>
              {t("retraining.runs.model")}
            </A>
          )}
        </Show>{" "}
        <Show when={props.run.tuning_job}>
          {(id) => (
            <A class="link whitespace-nowrap" href={href(`/tuning/${id()}`)}>
              {t("retraining.runs.search")}
            </A>
          )}
        </Show>
      </td>
      <td class={NUMBER_CELL}>
        {props.run.data_rows_at_trigger === null ? "–" : formatCount(props.run.data_rows_at_trigger)}
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.run.ins_datetime} />
      </td>
    </tr>
  );
}
