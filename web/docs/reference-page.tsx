import {
  type Accessor,
  createMemo,
  createResource,
  createSignal,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
} from "solid-js";
import { createStore } from "solid-js/store";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Logo } from "../components/icon.tsx";
import { Notice } from "../components/notice.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { ThemeSwitch } from "../components/theme-switch.tsx";
import { findOpenProject } from "./open-project.ts";
import { type Group, type OpenApiDocument, type Reference, readReference, searchGroups } from "./openapi.ts";
import { OperationRow } from "./operation.tsx";
import { ProjectKey } from "./project-key.tsx";

const DESCRIPTION_URL = "/api/v1/schema/?format=json";

async function loadReference(): Promise<Reference> {
  const response = await fetch(DESCRIPTION_URL, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`The description was refused: ${response.status}`);
  return readReference((await response.json()) as OpenApiDocument);
}

/** The API reference: our own description from our own origin; each operation can be read and tried. */
export function ReferencePage(): JSX.Element {
  const [reference, { refetch }] = createResource(loadReference);
  // The reference is as useful without a project to fill in.
  const [project] = createResource(() => findOpenProject().catch(() => null));
  return (
    <>
      <header class="flex h-12 items-center justify-between gap-3 border-b border-line px-3 sm:px-4">
        <a href="/" class="flex items-center gap-2 rounded-md pr-1 font-semibold">
          <Logo />
          Edgewise
        </a>
        <div class="flex items-center gap-3 text-sm">
          <a href={DESCRIPTION_URL} class="link">
            OpenAPI 3.1
          </a>
          <ThemeSwitch />
        </div>
      </header>
      <main class="mx-auto max-w-5xl px-4 pt-8 pb-16 sm:px-6">
        <h1 class="text-xl font-semibold">API reference</h1>
        <p class="mt-1 mb-6 max-w-prose text-sm text-muted">
          Every call of this deployment. Requests that you try out here are real: they use your session, or
          the API key that you enter.
        </p>
        <Show when={reference.error}>
          <Notice
            tone="bad"
            live
            title="Could not load the API's description."
            action={<Button onClick={() => void refetch()}>Try again</Button>}
          />
        </Show>
        <Show when={!reference.error}>
          {/* Both at once: what comes later would push the list down. */}
          <Show when={!project.loading && reference()} fallback={<Skeleton lines={8} />}>
            {(found) => <Operations reference={found()} project={project() ?? null} />}
          </Show>
        </Show>
      </main>
    </>
  );
}

function Operations(props: { reference: Reference; project: ProjectResponse | null }): JSX.Element {
  const [search, setSearch] = createSignal("");
  const [apiKey, setApiKey] = createSignal("");
  const [open, setOpen] = createStore<Record<string, boolean>>({});
  const groups = createMemo(() => searchGroups(props.reference.groups, search()));

  /** `#project_list`, or `#/project/project_list` as in links to the former page. */
  function openLinked(): void {
    const id = decodeURIComponent(location.hash.slice(1)).split("/").at(-1) ?? "";
    if (!props.reference.groups.some(({ operations }) => operations.some((one) => one.id === id))) return;
    setOpen(id, true);
    document.getElementById(id)?.scrollIntoView();
  }
  const shown = createGrowingCount(() => props.reference.groups.length, openLinked);
  window.addEventListener("hashchange", openLinked);
  onCleanup(() => window.removeEventListener("hashchange", openLinked));

  return (
    <div class="space-y-6">
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Search"
          type="search"
          placeholder="predict, POST, training_data…"
          value={search()}
          onValue={setSearch}
        />
        <TextField
          label="API key"
          optional
          autocomplete="off"
          spellcheck={false}
          value={apiKey()}
          onValue={setApiKey}
        />
      </div>
      <Show when={props.project}>{(project) => <ProjectKey project={project()} onKey={setApiKey} />}</Show>
      <For
        each={groups().slice(0, shown())}
        fallback={<p class="text-sm text-muted">No operation has these words.</p>}
      >
        {(group) => (
          <GroupSection group={group}>
            <For each={group.operations}>
              {(operation) => (
                <OperationRow
                  operation={operation}
                  schemas={props.reference.schemas}
                  apiKey={apiKey()}
                  isOpen={open[operation.id] ?? false}
                  onToggle={(isOpen) => setOpen(operation.id, isOpen)}
                />
              )}
            </For>
          </GroupSection>
        )}
      </For>
    </div>
  );
}

/** Counts up to a number, one at a time, so that clicks are handled in between: more rows at once would block the page. */
function createGrowingCount(end: () => number, onEnd: () => void): Accessor<number> {
  const [count, setCount] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  function grow(): void {
    setCount(count() + 1);
    if (count() < end()) timer = setTimeout(grow);
    else onEnd();
  }
  onMount(grow);
  onCleanup(() => clearTimeout(timer));
  return count;
}

/** About how high a closed operation and the head of a group are. */
const ROW_REM = 2.3;
const HEAD_REM = 2;

function GroupSection(props: { group: Group; children: JSX.Element }): JSX.Element {
  const id = () => `group-${props.group.name}`;
  return (
    // What is below the window is laid out when it comes near.
    <section
      aria-labelledby={id()}
      class="[content-visibility:auto]"
      style={{ "contain-intrinsic-height": `auto ${props.group.operations.length * ROW_REM + HEAD_REM}rem` }}
    >
      <h2 id={id()} class="mb-2 text-base font-semibold">
        {props.group.title}
      </h2>
      <div class="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {props.children}
      </div>
    </section>
  );
}
