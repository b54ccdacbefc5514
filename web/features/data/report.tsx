import { For, type JSX, Show } from "solid-js";
import type { IngestionReport } from "#contract/ingestion.ts";
import { Card } from "../../components/card.tsx";
import { formatCount, formatDay, formatPercent } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { PopularityCurve } from "./popularity-curve.tsx";
import { RejectedRows } from "./rejected-rows.tsx";

/** The ingestion report of a file. */
export function Report(props: { report: IngestionReport; fileName: string }): JSX.Element {
  return (
    <div class="space-y-4">
      <For each={props.report.warnings}>{(text) => <Notice tone="warn" title={text} />}</For>
      <Figures report={props.report} />
      <div class="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <Card title={t("common.popularity")} subtitle={t("data.report.popularityAbout")}>
          <PopularityCurve curve={props.report.popularity.curve} items={props.report.items} />
        </Card>
        <Card title={t("data.report.mostPopular")}>
          <TopItems report={props.report} />
        </Card>
      </div>
      <Show when={props.report.rejected_rows > 0}>
        <RejectedRows report={props.report} fileName={props.fileName} />
      </Show>
      <FormatLine report={props.report} />
    </div>
  );
}

function Figures(props: { report: IngestionReport }): JSX.Element {
  const per = () => props.report.interactions_per_user;
  const rejectedNote = () =>
    props.report.rejected_rows === 0
      ? t("data.report.noneRejected")
      : t("data.report.rejectedBelow", formatCount(props.report.rejected_rows));
  const range = () => {
    const { first_at, last_at } = props.report;
    return first_at && last_at ? { from: formatDay(first_at), to: formatDay(last_at) } : null;
  };
  return (
    <StatRow>
      <Stat label={t("common.rows")} value={formatCount(props.report.rows)} note={rejectedNote()} />
      <Stat
        label={t("common.interactions")}
        value={formatCount(props.report.interactions)}
        note={t("data.report.merged", t("count.repeats", props.report.duplicates))}
      />
      <Stat
        label={t("common.users")}
        value={formatCount(props.report.users)}
        note={t("data.report.typical", t("count.interactions", per().median), formatCount(per().max))}
      />
      <Stat label={t("common.items")} value={formatCount(props.report.items)} />
      <Stat
        label={<Term name="density">{t("data.report.density")}</Term>}
        value={formatPercent(props.report.density)}
        note={t("data.report.densityNote")}
      />
      <Show when={range()}>
        {(dates) => (
          <Stat
            label={t("data.report.dates")}
            value={<span class="text-base">{dates().from}</span>}
            note={t("data.report.until", dates().to)}
          />
        )}
      </Show>
    </StatRow>
  );
}

function TopItems(props: { report: IngestionReport }): JSX.Element {
  const most = () => props.report.popularity.top_items[0]?.count ?? 1;
  return (
    <ol class="space-y-1.5 text-sm">
      <For each={props.report.popularity.top_items.slice(0, 10)}>
        {(item) => (
          <li class="grid grid-cols-[1fr_auto] items-center gap-x-3">
            <span class="truncate font-mono text-xs">{item.item_id}</span>
            <span class="num text-muted">{formatCount(item.count)}</span>
            <span class="col-span-2 h-1 overflow-hidden rounded-full bg-hover" aria-hidden="true">
              <span
                class="block h-full rounded-full bg-series-1"
                style={{ width: `${(item.count / most()) * 100}%` }}
              />
            </span>
          </li>
        )}
      </For>
    </ol>
  );
}

function FormatLine(props: { report: IngestionReport }): JSX.Element {
  const text = () => {
    const { format, columns } = props.report;
    const how = format.delimiter === null ? "" : ` ${t("data.report.howRead", format)}`;
    const roles = [
      t("data.report.roles.user", columns.user),
      t("data.report.roles.item", columns.item),
      columns.time ? t("data.report.roles.time", columns.time) : "",
      columns.weight ? t("data.report.roles.weight", columns.weight) : "",
    ];
    const packed = format.gzip ? t("data.report.gzipped") : "";
    return t("data.report.format", format.name.toUpperCase(), packed, how, roles.filter(Boolean).join(", "));
  };
  return <p class="text-sm text-faint">{text()}</p>;
}
