import { A } from "@solidjs/router";
import { createEffect, type JSX, onMount, Show } from "solid-js";
import { arriveAt } from "./arrive-at.ts";
import { showPageTitle } from "./page-title.ts";

/** The page's one h1, the link back, and the actions; also sets the title of the browser tab. */
export function PageHeader(props: {
  title: string;
  badge?: JSX.Element;
  description?: JSX.Element;
  back?: { href: string; label: string };
  actions?: JSX.Element;
}): JSX.Element {
  let heading: HTMLHeadingElement | undefined;
  onMount(() => arriveAt(heading));
  createEffect(() => {
    showPageTitle(props.title);
  });
  return (
    <header class="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div class="min-w-0">
        <Show when={props.back}>
          {(back) => (
            <p class="mb-1 text-sm">
              <A href={back().href} class="rounded-sm text-muted hover:text-ink">
                <span aria-hidden="true">← </span>
                {back().label}
              </A>
            </p>
          )}
        </Show>
        <div class="flex flex-wrap items-center gap-2.5">
          <h1 ref={heading} tabindex={-1} class="text-xl font-semibold break-words outline-none">
            {props.title}
          </h1>
          {props.badge}
        </div>
        <Show when={props.description}>
          <p class="mt-0.5 max-w-2xl text-sm text-muted text-pretty">{props.description}</p>
        </Show>
      </div>
      <Show when={props.actions}>
        <div class="flex flex-wrap items-center gap-2">{props.actions}</div>
      </Show>
    </header>
  );
}
