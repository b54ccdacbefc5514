import { For, type JSX } from "solid-js";
import { DENSE_CELL, Table } from "../../components/table.tsx";
import type { ColumnProposal } from "./sniff-columns.ts";

/** The first rows of the chosen file, to recognise its columns by. */
export function ColumnSample(props: { proposal: ColumnProposal }): JSX.Element {
  return (
    <div class="rounded-md border border-line">
      <Table
        caption={
          props.proposal.hasHeader ? "First rows of the file" : "First rows of the file, which has no header"
        }
        head={props.proposal.columns.map((label) => ({
          label: props.proposal.hasHeader ? label : `Column ${label}`,
        }))}
      >
        <For each={props.proposal.sample}>
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
