import { A, useLocation } from "@solidjs/router";
import { createEffect, createUniqueId, For, type JSX, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { PLACE_ICONS } from "./place-icons.ts";
import { PLACE_GROUPS, type PlaceGroup } from "./places.ts";

/** A column at the side, or a row of tabs on a narrow screen. */
export function ProjectNav(props: { projectId: number }): JSX.Element {
  const location = useLocation();
  let nav: HTMLElement | undefined;
  // The row of tabs is wider than a phone. This scrolls the tab of the open page into view, so that no tab is cut at the
  // left.
  createEffect(() => {
    const { pathname } = location;
    const last = [...(nav?.querySelectorAll("a") ?? [])].findLast(({ pathname: path }) =>
      pathname.startsWith(path),
    );
    if (!nav || !last) return;
    const [row, tab] = [nav, last].map((element) => element.getBoundingClientRect());
    const isInSight = row && tab && tab.left >= row.left && tab.right <= row.right;
    // Scroll stops for tabs, so that the row does not move on.
    if (!isInSight) last.scrollIntoView({ block: "nearest", inline: "start" });
  });
  return (
    <nav
      ref={nav}
      aria-label={t("shell.project")}
      class="border-line max-md:snap-x max-md:snap-mandatory max-md:scroll-px-2 max-md:overflow-x-auto max-md:border-b max-md:px-2 md:w-48 md:shrink-0 md:border-r md:p-3"
    >
      <div class="flex max-md:min-w-max md:sticky md:top-3 md:flex-col md:gap-3">
        <For each={PLACE_GROUPS}>{(group) => <Group group={group} projectId={props.projectId} />}</For>
      </div>
    </nav>
  );
}

function Group(props: { group: PlaceGroup; projectId: number }): JSX.Element {
  const id = createUniqueId();
  return (
    <div>
      <Show when={props.group.name}>
        {(name) => (
          <p id={id} class="px-2 pb-1 text-xs text-faint max-md:hidden">
            {t(`shell.groups.${name()}`)}
          </p>
        )}
      </Show>
      <ul class="flex md:flex-col md:gap-0.5" aria-labelledby={props.group.name ? id : undefined}>
        <For each={props.group.places}>
          {(place) => (
            <li class="max-md:snap-start">
              <A
                href={`/projects/${props.projectId}${place.path}`}
                end={place.path === ""}
                activeClass="text-ink! bg-hover max-md:bg-transparent max-md:border-accent! [&>svg]:text-accent-text"
                class="flex items-center gap-2 text-sm font-medium text-muted hover:text-ink max-md:h-11 max-md:border-b-2 max-md:border-transparent max-md:px-2.5 md:rounded-md md:px-2 md:py-1.5 md:hover:bg-hover max-[420px]:px-2"
              >
                <Icon name={PLACE_ICONS[place.name]} class="max-md:hidden" />
                {t(`shell.places.${place.name}`)}
              </A>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
