import { For, type JSX, Show } from "solid-js";
import type { IngestionReport } from "#contract/ingestion.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { formatCount } from "../../components/format.ts";
import { toCsv } from "../../components/plot/csv.ts";
import { saveFile } from "../../components/plot/save-file.ts";
import { DENSE_CELL, DENSE_NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { rejectedTable } from "./rejected-table.ts";

/** Rejected rows, each with its line and its reason. */
export function RejectedRows(props: { report: IngestionReport; fileName: string }): JSX.Element {
  const unlisted = () => props.report.rejected_rows - props.report.rejected.length;
  function save(): void {
    const csv = toCsv(rejectedTable(props.report.rejected));
    saveFile(`${props.fileName}-rejected.csv`, new Blob([csv], { type: "text/csv;charset=utf-8" }));
  }
  return (
    <Card
      title={t("data.report.rowsRejected", t("count.rows", props.report.rejected_rows))}
      subtitle={t("data.report.leftOut")}
      actions={
        <Button icon="download" onClick={save}>
          {t("data.report.download")}
        </Button>
      }
      flush
    >
      <div class="max-h-80 overflow-y-auto border-t border-line">
        <Table
          caption={t("data.report.rejected")}
          head={[{ label: t("data.report.line"), numeric: true }, { label: t("data.report.reason") }]}
        >
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
          {t("data.report.unlisted", t("count.moreRows", unlisted()))}
        </p>
      </Show>
    </Card>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
