import { For, type JSX, Show } from "solid-js";
import type { MetadataReport, RejectedRow } from "#contract/ingestion.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { formatCount } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";

/** The report of a metadata file, and how much of the data it describes. */
export function MetaDataReport(props: { report: MetadataReport; side: TableSide }): JSX.Element {
  const columns = () => props.report.columns.map(columnText).join(", ");
  const ofSide = (ids: number) => t(props.side === "item" ? "count.items" : "count.users", ids);
  const counts = () => {
    const { rows, items, duplicates } = props.report;
    const repeated = duplicates > 0 ? [t("count.repeatedIds", duplicates)] : [];
    return [t("count.rows", rows), ofSide(items), ...repeated];
  };
  const warnings = () =>
    [...props.report.warnings, props.report.coverage?.warning].filter((text) => text != null);
  return (
    <div class="w-full space-y-2 text-muted">
      <p>
        {t("data.tables.counts", counts())}{" "}
        <Show when={props.report.coverage}>
          {(coverage) =>
            t("data.tables.described", formatCount(coverage().described), ofSide(coverage().ids))
          }
        </Show>
      </p>
      <Show when={columns()}>
        <p class="break-words">{t("data.tables.columns", columns())}</p>
      </Show>
      <For each={warnings()}>{(text) => <Notice tone="warn" title={text} />}</For>
      <Show when={props.report.rejected.length > 0}>
        <details>
          <summary class="cursor-pointer">{t("data.report.rejected")}</summary>
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
  return kind === "number" ? t("data.tables.number", name) : name;
}

function rejectedText({ line, reason }: RejectedRow): string {
  return t("data.tables.line", formatCount(line), reason);
}
