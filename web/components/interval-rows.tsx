import { For, type JSX, Show } from "solid-js";
import type { IntervalRow } from "./interval-row.ts";

const MARGIN = 0.08;

/**
 * Estimates with their ranges on one common scale, with a line at `zero`; the texts beside them are the table view. Ranges without an
 * end are cut at the scale of the others' ends.
 */
export function IntervalRows(props: {
  rows: readonly IntervalRow[];
  zero: number;
  label: string;
}): JSX.Element {
  const scale = () => {
    const ends = props.rows
      .flatMap(({ estimate, low, high }) => [estimate, low, high])
      .filter(Number.isFinite);
    const [least, most] = [Math.min(props.zero, ...ends), Math.max(props.zero, ...ends)];
    const room = (most - least || 1) * MARGIN;
    return { from: least - room, width: most - least + 2 * room };
  };
  const placeOf = (value: number) => {
    const place = (value - scale().from) / scale().width;
    return `${Math.min(1, Math.max(0, place)) * 100}%`;
  };
  return (
    <ul class="space-y-2.5" aria-label={props.label}>
      <For each={props.rows}>
        {(row) => (
          <li class="grid grid-cols-[minmax(5rem,9rem)_minmax(0,1fr)] items-center gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[minmax(5rem,11rem)_minmax(0,1fr)_15rem]">
            <span class="truncate font-medium">{row.name}</span>
            <span class="relative block h-6" aria-hidden="true">
              <span class="absolute inset-y-0 w-px bg-edge" style={{ left: placeOf(props.zero) }} />
              <span class="absolute inset-x-0 top-1/2 h-px bg-line" />
              <span
                class="absolute top-1/2 h-1 -translate-y-1/2 rounded-full bg-accent/40"
                style={{ left: placeOf(row.low), right: `calc(100% - ${placeOf(row.high)})` }}
              />
              <Show when={Number.isFinite(row.estimate)}>
                <span
                  class="absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full bg-accent"
                  style={{ left: placeOf(row.estimate) }}
                />
              </Show>
            </span>
            <span class="num text-muted max-sm:col-span-2 sm:text-right">{row.text}</span>
          </li>
        )}
      </For>
    </ul>
  );
}
