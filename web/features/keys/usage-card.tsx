import { useQuery } from "@tanstack/solid-query";
import { type Accessor, For, type JSX, Show } from "solid-js";
import { usageQuery } from "../../api/usage.ts";
import { Card } from "../../components/card.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { usageRows } from "./usage-rows.ts";

const HEAD = [
  { label: "Key" },
  { label: "Calls", numeric: true },
  { label: "Lists", numeric: true },
  { label: "Events", numeric: true },
  { label: "Over the limit", numeric: true },
] as const;

/** How much each key used lately; nothing while no key was used. */
export function UsageCard(props: { projectId: Accessor<number> }): JSX.Element {
  const usage = useQuery(() => usageQuery(props.projectId()));
  return (
    <Loaded query={usage} what="the usage">
      {(found) => (
        <Show when={found().usage.length > 0}>
          <Card
            title="Usage"
            subtitle="The last 30 days, in UTC. New calls appear within half a minute."
            flush
          >
            <Table caption="Usage of keys" head={HEAD}>
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
