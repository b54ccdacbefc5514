import { useQuery } from "@tanstack/solid-query";
import { type Accessor, For, type JSX, Show } from "solid-js";
import { usageQuery } from "../../api/usage.ts";
import { Card } from "../../components/card.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { usageRows } from "./usage-rows.ts";

const head = () =>
  [
    { label: t("keys.usage.key") },
    { label: t("keys.usage.calls"), numeric: true },
    { label: t("keys.usage.lists"), numeric: true },
    { label: t("keys.usage.events"), numeric: true },
    { label: t("keys.usage.limited"), numeric: true },
  ] as const;

/** How much each key used lately; nothing while no key was used. */
export function UsageCard(props: { projectId: Accessor<number> }): JSX.Element {
  const usage = useQuery(() => usageQuery(props.projectId()));
  return (
    <Loaded query={usage} what={t("keys.usage.what")} pending={<div />}>
      {(found) => (
        <Show when={found().usage.length > 0}>
          <Card title={t("keys.usage.title")} subtitle={t("keys.usage.about")} flush>
            <Table caption={t("keys.usage.caption")} head={head()}>
              <For each={usageRows(found())}>
                {(row) => (
                  <tr class="hover:bg-hover/50">
                    <td class={`${CELL} max-w-56 truncate font-medium`}>{row.name}</td>
                    <td class={NUMBER_CELL}>{formatCount(row.requests)}</td>
                    <td class={NUMBER_CELL}>{formatCount(row.lists)}</td>
                    <td class={NUMBER_CELL}>{formatCount(row.events)}</td>
                    <td class={`${NUMBER_CELL} text-muted`}>{formatCount(row.limited)}</td>
                  </tr>
                )}
              </For>
            </Table>
          </Card>
        </Show>
      )}
    </Loaded>
  );
}
