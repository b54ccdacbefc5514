import { A } from "@solidjs/router";
import { createUniqueId, For, type JSX, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { PLACE_ICONS } from "./place-icons.ts";
import { PLACE_GROUPS, type PlaceGroup } from "./places.ts";

/** A column at the side. Narrow screens have it in a drawer instead. */
export function ProjectNav(props: { projectId: number }): JSX.Element {
  return (
    <nav aria-label={t("shell.project")} class="w-48 shrink-0 border-r border-line p-3 max-md:hidden">
      <div class="sticky top-3">
        <PlaceList projectId={props.projectId} />
      </div>
    </nav>
  );
}

/**
 * The places of a project, in groups.
 * @param props.onLeave Somebody goes to a place.
 */
export function PlaceList(props: { projectId: number; onLeave?: () => void }): JSX.Element {
  return (
    <div class="flex flex-col gap-3">
      <For each={PLACE_GROUPS}>
        {(group) => <Group group={group} projectId={props.projectId} onLeave={() => props.onLeave?.()} />}
      </For>
    </div>
  );
}

function Group(props: { group: PlaceGroup; projectId: number; onLeave: () => void }): JSX.Element {
  const id = createUniqueId();
  return (
    <div>
      <Show when={props.group.name}>
        {(name) => (
          <p id={id} class="px-2 pb-1 text-xs text-faint">
            {t(`shell.groups.${name()}`)}
          </p>
        )}
      </Show>
      <ul class="flex flex-col gap-0.5" aria-labelledby={props.group.name ? id : undefined}>
        <For each={props.group.places}>
          {(place) => (
            <li>
              <A
                href={`/projects/${props.projectId}${place.path}`}
                end={place.path === ""}
                activeClass="text-ink! bg-hover [&>svg]:text-accent-text"
                class="flex items-center gap-2 rounded-md px-2 py-1.5 text-sm font-medium text-muted hover:bg-hover hover:text-ink max-md:h-11 max-md:text-base"
                onClick={() => props.onLeave()}
              >
                <Icon name={PLACE_ICONS[place.name]} />
                {t(`shell.places.${place.name}`)}
              </A>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
