import { Navigate, useSearchParams } from "@solidjs/router";
import { createEffect, type JSX, onMount, Show } from "solid-js";
import { arriveAt } from "../../components/arrive-at.ts";
import { Logo } from "../../components/icon.tsx";
import { ThemeSwitch } from "../../components/theme-switch.tsx";
import { safeNextPath } from "./next-path.ts";
import { useSession } from "./session.tsx";

/** The frame of the pages for visitors who are not signed in. */
export function AuthPage(props: {
  title: string;
  description: string;
  footer: JSX.Element;
  children: JSX.Element;
}): JSX.Element {
  const session = useSession();
  const [search] = useSearchParams<{ next?: string }>();
  // The first input gets the focus automatically.
  onMount(() => arriveAt(undefined));
  createEffect(() => {
    document.title = `${props.title} · Edgewise`;
  });
  return (
    <Show when={!session.user()} fallback={<Navigate href={safeNextPath(search.next)} />}>
      <div class="flex min-h-screen flex-col">
        <header class="flex items-center justify-between px-4 py-3">
          <span class="flex items-center gap-2 font-semibold">
            <Logo /> Edgewise
          </span>
          <ThemeSwitch />
        </header>
        <main class="mx-auto w-full max-w-sm flex-1 px-4 pt-[8vh] pb-16">
          <h1 class="text-2xl font-semibold">{props.title}</h1>
          <p class="mt-1 mb-6 text-muted text-pretty">{props.description}</p>
          {props.children}
          <p class="mt-6 text-sm text-muted">{props.footer}</p>
        </main>
      </div>
    </Show>
  );
}
