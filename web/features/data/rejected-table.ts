import type { RejectedRow } from "#contract/ingestion.ts";
import type { DataTable } from "../../components/plot/csv.ts";
import { t } from "../../words/words.ts";

/** The listed rejected rows as a table: the line of the file, and the reason. */
export function rejectedTable(rejected: readonly RejectedRow[]): DataTable {
  return {
    head: [t("data.report.line"), t("data.report.reason")],
    rows: rejected.map(({ line, reason }) => [line, reason]),
  };
}
