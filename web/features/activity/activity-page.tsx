import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { auditLogQuery } from "../../api/audit-log.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { Ago } from "../../components/ago.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { describeAction } from "./action-words.ts";

const head = () =>
  [
    { label: t("activity.who") },
    { label: t("activity.what") },
    { label: t("activity.request"), wide: true },
    { label: t("activity.when"), numeric: true },
  ] as const;

/** Who did what in the project. */
export function ActivityPage(): JSX.Element {
  const { projectId } = useProject();
  const [page, setPage] = createPageParam();
  const query = useQuery(() => auditLogQuery(projectId(), page()));
  // The newest files are enough: older and deleted ones are shown by their number.
  const files = useQuery(() => dataListQuery(projectId(), 1));
  const fileName = (dataId: number) =>
    loadedData(files)?.results.find(({ id }) => id === dataId)?.basename ?? undefined;
  return (
    <>
      <PageHeader title={t("activity.title")} description={t("activity.about")} />
      <Loaded query={query} what={t("activity.theActivity")}>
        {(entries) => (
          <Card flush>
            <Show
              when={entries().count > 0}
              fallback={
                <EmptyState icon="list" title={t("activity.empty")}>
                  {t("activity.emptyThen")}
                </EmptyState>
              }
            >
              <Table caption={t("activity.caption")} head={head()}>
                <For each={entries().results}>
                  {(entry) => (
                    <tr class="hover:bg-hover/50">
                      <td class={`${CELL} whitespace-nowrap font-medium`}>
                        {entry.username}
                        <Show when={entry.api_key}>
                          {(key) => <span class="font-normal text-muted"> {t("activity.byKey", key())}</span>}
                        </Show>
                      </td>
                      <td class={`${CELL} sm:whitespace-nowrap`}>
                        {describeAction(entry.action, entry.target, fileName)}
                        <Show when={entry.reason}>
                          {(reason) => (
                            <span class="block max-w-prose whitespace-normal text-muted">{reason()}</span>
                          )}
                        </Show>
                      </td>
                      <td class={`${CELL} ${WIDE} font-mono text-xs text-muted`}>
                        {entry.request_id.slice(0, 8)}
                      </td>
                      <td class={`${NUMBER_CELL} text-muted`}>
                        <Ago at={entry.ins_datetime} />
                      </td>
                    </tr>
                  )}
                </For>
              </Table>
              <Pager count={entries().count} page={page()} onPage={setPage} />
            </Show>
          </Card>
        )}
      </Loaded>
    </>
  );
}
