import { type JSX, Show } from "solid-js";

/** One figure with its name and a note. */
export function Stat(props: { label: JSX.Element; value: JSX.Element; note?: JSX.Element }): JSX.Element {
  return (
    <div class="min-w-0 grow basis-36 bg-surface px-4 py-3">
      <dt class="text-xs text-muted">{props.label}</dt>
      <dd class="num mt-0.5 text-xl font-semibold tracking-tight">{props.value}</dd>
      <Show when={props.note}>
        <dd class="num text-xs text-faint">{props.note}</dd>
      </Show>
    </div>
  );
}

/** Figures side by side, separated by thin lines; those of the last row fill its width. */
export function StatRow(props: { children: JSX.Element }): JSX.Element {
  return (
    <dl class="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-line">
      {props.children}
    </dl>
  );
}
