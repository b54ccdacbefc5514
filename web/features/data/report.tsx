import { For, type JSX, Show } from "solid-js";
import type { IngestionReport } from "#contract/ingestion.ts";
import { describeFormat } from "#contract/reading.ts";
import { Card } from "../../components/card.tsx";
import { formatCount, formatDay, formatPercent, formatPlural } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { PopularityCurve } from "./popularity-curve.tsx";
import { RejectedRows } from "./rejected-rows.tsx";

/** The ingestion report of a file. */
export function Report(props: { report: IngestionReport }): JSX.Element {
  return (
    <div class="space-y-4">
      <For each={props.report.warnings}>{(text) => <Notice tone="warn" title={text} />}</For>
      <Figures report={props.report} />
      <div class="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <Card title="Popularity" subtitle="The share of interactions that go to the most popular items.">
          <PopularityCurve curve={props.report.popularity.curve} items={props.report.items} />
        </Card>
        <Card title="Most popular items">
          <TopItems report={props.report} />
        </Card>
      </div>
      <Show when={props.report.rejected_rows > 0}>
        <RejectedRows report={props.report} />
      </Show>
      <FormatLine report={props.report} />
    </div>
  );
}

function Figures(props: { report: IngestionReport }): JSX.Element {
  const per = () => props.report.interactions_per_user;
  const rejectedNote = () =>
    props.report.rejected_rows === 0
      ? "none rejected"
      : `${formatCount(props.report.rejected_rows)} rejected, listed below`;
  const range = () => {
    const { first_at, last_at } = props.report;
    return first_at && last_at ? { from: formatDay(first_at), to: formatDay(last_at) } : null;
  };
  return (
    <StatRow>
      <Stat label="Rows" value={formatCount(props.report.rows)} note={rejectedNote()} />
      <Stat
        label="Interactions"
        value={formatCount(props.report.interactions)}
        note={`${formatPlural(props.report.duplicates, "repeat")} merged`}
      />
      <Stat
        label="Users"
        value={formatCount(props.report.users)}
        note={`typically ${formatPlural(per().median, "interaction")} each, maximum ${formatCount(per().max)}`}
      />
      <Stat label="Items" value={formatCount(props.report.items)} />
      <Stat
        label="Density"
        value={formatPercent(props.report.density)}
        note="of all possible user–item pairs"
      />
      <Show when={range()}>
        {(dates) => (
          <Stat
            label="Dates"
            value={<span class="text-base">{dates().from}</span>}
            note={<>to {dates().to}</>}
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
    const how = format.delimiter === null ? "" : ` ${describeFormat(format)}`;
    const roles = [
      `User: column ${columns.user}`,
      `item: column ${columns.item}`,
      columns.time ? `time: column ${columns.time}` : "",
      columns.weight ? `weight: column ${columns.weight}` : "",
    ];
    const packed = format.gzip ? ", gzipped" : "";
    return `${format.name.toUpperCase()} file${packed}.${how} ${roles.filter(Boolean).join(", ")}.`;
  };
  return <p class="text-sm text-faint">{text()}</p>;
}
