import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";
import type { DaySeries } from "./day-chart-options.ts";
import { formatDay } from "./format.ts";
import { lazyPart } from "./lazy-part.tsx";
import { fillOf } from "./share-bar.tsx";
import { CELL, NUMBER_CELL, Table } from "./table.tsx";

const Plot = lazyPart(
  async () => (await import("./day-plot.tsx")).DayPlot,
  () => <div class="h-50" />,
);

/** Figures by day, in UTC: as a chart, and as a table on request. */
export function DayChart(props: {
  /** Such as `2026-11-28`, ascending and without gaps. */
  days: readonly string[];
  series: readonly DaySeries[];
  /** Stacked bars for counts, lines for rates. */
  kind: "bars" | "lines";
  label: string;
  format: (value: number) => string;
}): JSX.Element {
  const id = createUniqueId();
  const [isTable, setTable] = createSignal(false);
  const [hovered, setHovered] = createSignal<number | null>(null);
  const readout = () => {
    const index = hovered() ?? props.days.length - 1;
    const day = props.days[index];
    if (day === undefined) return "";
    const values = props.series.map(({ name, values }) => {
      const value = values[index];
      return `${name} ${value == null ? "–" : props.format(value)}`;
    });
    return `${formatDay(day)}: ${values.join(" · ")}`;
  };
  return (
    <figure>
      <div class="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        <For each={props.series}>
          {({ name }, index) => (
            <span class="flex items-center gap-1.5">
              <span class={`size-2.5 rounded-sm ${fillOf(index())}`} aria-hidden="true" />
              {name}
            </span>
          )}
        </For>
        <span class="ml-auto">
          <Button
            look="quiet"
            aria-expanded={isTable()}
            aria-controls={id}
            onClick={() => setTable((shown) => !shown)}
          >
            {isTable() ? t("charts.asChart") : t("charts.asTable")}
          </Button>
        </span>
      </div>
      <div id={id}>
        <Show
          when={isTable()}
          fallback={
            <Plot
              days={props.days}
              series={props.series}
              kind={props.kind}
              label={`${props.label}. ${readout()}`}
              format={props.format}
              onHover={setHovered}
            />
          }
        >
          <div class="max-h-72 overflow-y-auto">
            <Table
              caption={props.label}
              head={[
                { label: t("charts.day") },
                ...props.series.map(({ name }) => ({ label: name, numeric: true })),
              ]}
            >
              <For each={props.days.toReversed()}>
                {(day, index) => (
                  <tr>
                    <td class={`${CELL} whitespace-nowrap`}>{formatDay(day)}</td>
                    <For each={props.series}>
                      {({ values }) => {
                        const value = () => values[props.days.length - 1 - index()];
                        return (
                          <td class={NUMBER_CELL}>{value() == null ? "–" : props.format(value() ?? 0)}</td>
                        );
                      }}
                    </For>
                  </tr>
                )}
              </For>
            </Table>
          </div>
        </Show>
      </div>
      <Show when={!isTable()}>
        <figcaption class="num min-h-5 text-xs text-muted">{readout()}</figcaption>
      </Show>
    </figure>
  );
}
