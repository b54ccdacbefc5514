import { For, type JSX, Show } from "solid-js";
import type { IngestionReport } from "#contract/ingestion.ts";
import { Card } from "../../components/card.tsx";
import { formatCount, formatPlural } from "../../components/format.ts";
import { DENSE_CELL, DENSE_NUMBER_CELL, Table } from "../../components/table.tsx";

/** Rejected rows, each with its line and its reason. */
export function RejectedRows(props: { report: IngestionReport }): JSX.Element {
  const unlisted = () => props.report.rejected_rows - props.report.rejected.length;
  return (
    <Card
      title={`${formatPlural(props.report.rejected_rows, "row")} rejected`}
      subtitle="These rows were left out. All other rows were read."
      flush
    >
      <div class="max-h-80 overflow-y-auto border-t border-line">
        <Table caption="Rejected rows" head={[{ label: "Line", numeric: true }, { label: "Reason" }]}>
          <For each={props.report.rejected}>
            {(row) => (
              <tr>
                <td class={`${DENSE_NUMBER_CELL} w-24`}>{formatCount(row.line)}</td>
                <td class={`${DENSE_CELL} break-words`}>{sentence(row.reason)}</td>
              </tr>
            )}
          </For>
        </Table>
      </div>
      <Show when={unlisted() > 0}>
        <p class="num border-t border-line px-4 py-2 text-sm text-muted">
          and {formatPlural(unlisted(), "more row")}, not listed
        </p>
      </Show>
    </Card>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
