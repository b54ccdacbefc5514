import { A, useLocation } from "@solidjs/router";
import { type JSX, type ParentProps, Show } from "solid-js";
import { pageTitle } from "../../components/page-title.ts";
import { t } from "../../words/words.ts";
import { placeOf } from "./places.ts";

/** Where the page is: the project, its place, and the page below that. A phone shows the project alone. */
export function Breadcrumbs(props: { project: { id: number; name: string } }): JSX.Element {
  const location = useLocation();
  const found = () => placeOf(location.pathname, props.project.id);
  const inner = () => (found()?.place.path === "" ? null : found());
  const href = () => `/projects/${props.project.id}`;
  return (
    <ol class="flex min-w-0 items-center gap-1.5">
      <Crumb isLast={inner() === null} href={href()}>
        {props.project.name}
      </Crumb>
      <Show when={inner()}>
        {(at) => (
          <Crumb wide isLast={!at().isBelow} href={`${href()}${at().place.path}`}>
            {t(`shell.places.${at().place.name}`)}
          </Crumb>
        )}
      </Show>
      <Show when={inner()?.isBelow}>
        <Crumb wide isLast>
          {pageTitle()}
        </Crumb>
      </Show>
    </ol>
  );
}

function Crumb(props: ParentProps<{ href?: string; isLast: boolean; wide?: boolean }>): JSX.Element {
  return (
    <li class={`flex min-w-0 items-center gap-1.5 ${props.wide ? "max-md:hidden" : ""}`}>
      <span class="text-faint" aria-hidden="true">
        /
      </span>
      <Show
        when={props.href}
        fallback={
          <span class="min-w-0 truncate px-1 py-0.5 text-ink" aria-current="page">
            {props.children}
          </span>
        }
      >
        {(href) => (
          <A
            href={href()}
            class={`min-w-0 truncate rounded-md px-1 py-0.5 hover:text-ink ${props.isLast ? "text-ink" : "text-muted"}`}
            activeClass=""
          >
            {props.children}
          </A>
        )}
      </Show>
    </li>
  );
}
