import { For, type JSX, Show } from "solid-js";
import type { MetadataReport, RejectedRow } from "#contract/ingestion.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { formatCount, formatPlural } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";

/** The report of a metadata file, and how much of the data it describes. */
export function MetaDataReport(props: { report: MetadataReport; side: TableSide }): JSX.Element {
  const columns = () => props.report.columns.map(columnText).join(", ");
  const warnings = () =>
    [...props.report.warnings, props.report.coverage?.warning].filter((text) => text != null);
  return (
    <div class="w-full space-y-2 text-muted">
      <p>
        {formatPlural(props.report.rows, "row")}, {formatPlural(props.report.items, props.side)}
        <Show when={props.report.duplicates > 0}>
          , {formatPlural(props.report.duplicates, "repeated id")}
        </Show>
        .{" "}
        <Show when={props.report.coverage}>
          {(coverage) => (
            <>
              {formatCount(coverage().described)} of the {formatPlural(coverage().ids, props.side)} in the
              data have a row.
            </>
          )}
        </Show>
      </p>
      <Show when={columns()}>
        <p class="break-words">Columns: {columns()}</p>
      </Show>
      <For each={warnings()}>{(text) => <Notice tone="warn" title={text} />}</For>
      <Show when={props.report.rejected.length > 0}>
        <details>
          <summary class="cursor-pointer">Rejected rows</summary>
          <ul class="mt-1 max-h-60 overflow-y-auto">
            <For each={props.report.rejected}>
              {(row) => <li class="break-words">{rejectedText(row)}</li>}
            </For>
          </ul>
        </details>
      </Show>
    </div>
  );
}

function columnText({ name, kind }: MetadataReport["columns"][number]): string {
  return kind === "number" ? `${name} (number)` : name;
}

function rejectedText({ line, reason }: RejectedRow): string {
  return `Line ${formatCount(line)} ${reason}.`;
}
