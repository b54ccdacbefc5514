import { For, type JSX } from "solid-js";
import type { HeadTable } from "#reading/head-table.ts";
import { DENSE_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";

/** The first rows of the chosen file, to recognise its columns by. */
export function ColumnSample(props: { table: HeadTable }): JSX.Element {
  const labelOf = (label: string, at: number) =>
    props.table.hasHeader === false || label === "" ? t("projects.columnAt", at + 1) : label;
  return (
    <div class="rounded-md border border-line">
      <Table
        caption={
          props.table.hasHeader === false ? t("projects.firstRowsWithoutHeader") : t("projects.firstRows")
        }
        head={props.table.labels.map((label, at) => ({ label: labelOf(label, at) }))}
      >
        <For each={props.table.rows}>
          {(row) => (
            <tr>
              <For each={row}>
                {(cell) => <td class={`${DENSE_CELL} num max-w-60 truncate whitespace-nowrap`}>{cell}</td>}
              </For>
            </tr>
          )}
        </For>
      </Table>
    </div>
  );
}
