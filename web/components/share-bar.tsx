import { For, type JSX } from "solid-js";

/** Colours of series in the order of their use; a ninth part begins again. */
const FILLS = [
  "bg-series-1",
  "bg-series-2",
  "bg-series-3",
  "bg-series-4",
  "bg-series-5",
  "bg-series-6",
  "bg-series-7",
  "bg-series-8",
] as const;

export function fillOf(index: number): string {
  return FILLS[index % FILLS.length] ?? FILLS[0];
}

/** Shares of a whole, side by side; a table beside it has the same figures. @param label All parts as a text. */
export function ShareBar(props: { shares: readonly number[]; label: string }): JSX.Element {
  return (
    <div role="img" aria-label={props.label} class="flex h-2.5 gap-px overflow-hidden rounded-full bg-hover">
      <For each={props.shares}>
        {(share, index) => (
          <span
            class={`h-full transition-[width] duration-200 ${fillOf(index())}`}
            style={{ width: `${share * 100}%` }}
          />
        )}
      </For>
    </div>
  );
}

/** The dot of a part, as in the bar. */
export function ShareDot(props: { index: number }): JSX.Element {
  return <span class={`size-2.5 shrink-0 rounded-full ${fillOf(props.index)}`} aria-hidden="true" />;
}
