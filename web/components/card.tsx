import { type JSX, Show } from "solid-js";

/** A section of a page: a heading, its actions, and its content. */
export function Card(props: {
  title?: JSX.Element;
  subtitle?: JSX.Element;
  actions?: JSX.Element;
  /** The content reaches the borders, for tables. */
  flush?: boolean;
  class?: string;
  children: JSX.Element;
}): JSX.Element {
  return (
    <section class={`min-w-0 rounded-lg border border-line bg-surface ${props.class ?? ""}`}>
      <Show when={props.title}>
        <header class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-2">
          <div class="min-w-0">
            <h2 class="text-base font-semibold">{props.title}</h2>
            <Show when={props.subtitle}>
              <p class="text-sm text-muted">{props.subtitle}</p>
            </Show>
          </div>
          <Show when={props.actions}>
            <div class="flex flex-wrap items-center gap-2">{props.actions}</div>
          </Show>
        </header>
      </Show>
      <div class={props.flush ? "" : props.title ? "px-4 pb-4" : "p-4"}>{props.children}</div>
    </section>
  );
}
