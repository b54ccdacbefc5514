import { A } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { For, type JSX } from "solid-js";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { dataListKey, deleteData } from "../../api/training-data.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatBytes, formatCount } from "../../components/format.ts";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";

const HEAD = [
  { label: "File" },
  { label: "Status" },
  { label: "Interactions", numeric: true },
  { label: "Users", numeric: true },
  { label: "Items", numeric: true },
  { label: "Size", numeric: true },
  { label: "Uploaded", numeric: true },
  { label: "Actions", hidden: true },
] as const;

export function DataTable(props: {
  rows: readonly TrainingDataResponse[];
  projectId: number;
  href: (path: string) => string;
}): JSX.Element {
  const client = useQueryClient();
  async function remove(dataId: number): Promise<void> {
    await deleteData(dataId);
    await client.invalidateQueries({ queryKey: dataListKey(props.projectId) });
  }
  const count = (value: number | undefined) => (value === undefined ? "–" : formatCount(value));
  return (
    <Table caption="Uploaded files" head={HEAD}>
      <For each={props.rows}>
        {(row) => (
          <tr class="hover:bg-hover/50">
            <td class={`${CELL} max-w-72`}>
              <A href={props.href(`/data/${row.id}`)} class="link block truncate font-medium">
                {row.basename ?? `Data ${row.id}`}
              </A>
            </td>
            <td class={CELL}>
              <StatusBadge status={row.status} />
            </td>
            <td class={NUMBER_CELL}>{count(row.report?.interactions)}</td>
            <td class={NUMBER_CELL}>{count(row.report?.users)}</td>
            <td class={NUMBER_CELL}>{count(row.report?.items)}</td>
            <td class={NUMBER_CELL}>{row.filesize === null ? "–" : formatBytes(row.filesize)}</td>
            <td class={`${NUMBER_CELL} text-muted`}>
              <Ago at={row.ins_datetime} />
            </td>
            <td class="px-2 text-right">
              <ConfirmButton
                trigger={`Delete ${row.basename ?? `data ${row.id}`}`}
                triggerIcon="trash"
                compact
                title="Delete this file?"
                confirm="Delete file"
                onConfirm={() => remove(row.id)}
              >
                Tuning jobs and models made from {row.basename} go with it. This cannot be undone.
              </ConfirmButton>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}
