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
import { t } from "../../words/words.ts";

const head = () =>
  [
    { label: t("data.file") },
    { label: t("common.status") },
    { label: t("common.interactions"), numeric: true },
    { label: t("common.users"), numeric: true },
    { label: t("common.items"), numeric: true },
    { label: t("common.size"), numeric: true },
    { label: t("data.uploaded"), numeric: true },
    { label: t("common.actions"), hidden: true },
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
    <Table caption={t("data.uploadedFiles")} head={head()}>
      <For each={props.rows}>
        {(row) => (
          <tr class="hover:bg-hover/50">
            <td class={`${CELL} max-w-72`}>
              <A href={props.href(`/data/${row.id}`)} class="link block truncate font-medium">
                {row.basename ?? t("data.dataName", row.id)}
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
                needs="editor"
                trigger={t("data.delete", row.basename ?? t("data.dataWithin", row.id))}
                triggerIcon="trash"
                compact
                title={t("data.deleteQuestion")}
                confirm={t("data.deleteFile")}
                onConfirm={() => remove(row.id)}
              >
                {t("data.deleteWhat", row.basename ?? "")}
              </ConfirmButton>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}
