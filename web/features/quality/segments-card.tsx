import { createSignal, For, type JSX, Show } from "solid-js";
import { type MeasuredSegment, MIN_SEGMENT_USERS } from "#contract/tuning-job.ts";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount, formatMetric } from "../../components/format.ts";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { type SegmentRow, segmentRows } from "./segment-rows.ts";

/** How good a model is for popular and other items, and for people with few and many interactions. */
export function SegmentsCard(props: { segments: readonly MeasuredSegment[] }): JSX.Element {
  const names = () => Object.keys(props.segments[0]?.winner ?? {});
  const [wanted, setWanted] = createSignal<string | null>(null);
  const usual = () => names().find((name) => name.startsWith("recall@")) ?? names()[0] ?? "";
  const metric = () => names().find((name) => name === wanted()) ?? usual();
  const rows = () => segmentRows(props.segments, metric());
  const hasServing = () => rows().some(({ segment }) => segment.serving !== undefined);
  const head = () => [
    { label: t("quality.segments.segment") },
    { label: t("quality.segments.people"), numeric: true },
    { label: t("quality.who.winner"), numeric: true },
    { label: t("quality.who.popularity"), numeric: true },
    ...(hasServing() ? [{ label: t("quality.who.serving"), numeric: true }] : []),
  ];
  return (
    <Show when={rows().length > 0}>
      <Card
        title={<Term name="headAndTail">{t("quality.segments.title")}</Term>}
        subtitle={t("quality.segments.about")}
        actions={
          <SelectField
            label={t("quality.metric")}
            class="w-44"
            value={metric()}
            options={names().map((name) => ({ value: name, label: metricTitle(name) }))}
            onValue={setWanted}
          />
        }
        flush
      >
        <Table caption={t("quality.segments.caption", metricTitle(metric()))} head={head()}>
          <For each={rows()}>{(row) => <SegmentLine row={row} hasServing={hasServing()} />}</For>
        </Table>
      </Card>
    </Show>
  );
}

function SegmentLine(props: { row: SegmentRow; hasServing: boolean }): JSX.Element {
  const segment = () => props.row.segment;
  return (
    <tr>
      <th scope="row" class={`${CELL} min-w-40 text-left font-normal`}>
        {t(`quality.segments.names.${segment().name}`)}
        <span class="num block text-xs text-faint">{boundsText(segment())}</span>
      </th>
      <td class={`${NUMBER_CELL} text-muted`}>{formatCount(segment().users)}</td>
      <Show
        when={props.row.figures}
        fallback={
          <td class={`${CELL} text-right text-muted`} colspan={props.hasServing ? 3 : 2}>
            {t("quality.segments.tooFew", MIN_SEGMENT_USERS)}
          </td>
        }
      >
        {(figures) => (
          <>
            <td class={`${NUMBER_CELL} font-medium`}>{formatMetric(figures().winner)}</td>
            <td class={`${NUMBER_CELL} text-muted`}>{textOf(figures().popularity)}</td>
            <Show when={props.hasServing}>
              <td class={`${NUMBER_CELL} text-muted`}>{textOf(figures().serving)}</td>
            </Show>
          </>
        )}
      </Show>
    </tr>
  );
}

function boundsText({ items, interactions }: MeasuredSegment): string {
  if (interactions === null) return t("count.items", items ?? 0);
  const { from, to } = interactions;
  return t("quality.segments.interactions", formatCount(from), formatCount(to), from === to);
}

const textOf = (value: number | null) => (value === null ? "–" : formatMetric(value));
