import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Ago } from "../../components/ago.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { INPUT_CLASS } from "../../components/field.tsx";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Pager } from "../../components/pager.tsx";
import { t } from "../../words/words.ts";
import { TrySample } from "../onboarding/try-sample.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import { createProjectList, projectOrders } from "./create-project-list.ts";
import { DeleteProject } from "./delete-project.tsx";
import { DeletedProjects } from "./deleted-projects.tsx";
import { ImportProject } from "./import-project.tsx";

export function ProjectListPage(): JSX.Element {
  const list = createProjectList();
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-4xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader
          title={t("projects.title")}
          actions={
            <>
              {/* It has its place while the list loads, so that nothing moves when it is there. */}
              <Show when={loadedData(list.query)?.count !== 0}>
                <TrySample look="quiet" />
              </Show>
              <LinkButton href="/projects/new" look="primary" icon="plus">
                {t("projects.new.title")}
              </LinkButton>
            </>
          }
        />
        <Loaded query={list.query} what={t("projects.what")}>
          {(projects) => (
            <Show when={projects().count > 0 || list.search() !== ""} fallback={<NoProjects />}>
              <ListControls list={list} />
              <Card flush>
                <ul class="divide-y divide-line">
                  <For
                    each={projects().results}
                    fallback={
                      <li class="px-4 py-6 text-sm text-muted">{t("projects.noneFound", list.search())}</li>
                    }
                  >
                    {(project) => <ProjectRow project={project} />}
                  </For>
                </ul>
                <Pager count={projects().count} page={list.page()} onPage={list.setPage} />
              </Card>
            </Show>
          )}
        </Loaded>
        <ImportProject />
        <DeletedProjects />
      </main>
    </>
  );
}

function ListControls(props: { list: ReturnType<typeof createProjectList> }): JSX.Element {
  return (
    <div class="mb-3 flex flex-wrap gap-2">
      <input
        type="search"
        class={`${INPUT_CLASS} sm:max-w-xs`}
        aria-label={t("projects.searchLabel")}
        placeholder={t("projects.search")}
        value={props.list.search()}
        onInput={(event) => props.list.setSearch(event.currentTarget.value)}
      />
      <select
        class={`${INPUT_CLASS} ml-auto w-auto!`}
        aria-label={t("projects.order")}
        onChange={(event) => props.list.setOrdering(event.currentTarget.value)}
      >
        <For each={projectOrders()}>
          {({ value, label }) => (
            <option value={value} selected={value === props.list.ordering()}>
              {label}
            </option>
          )}
        </For>
      </select>
    </div>
  );
}

function ProjectRow(props: { project: ProjectResponse }): JSX.Element {
  const columns = () =>
    [props.project.user_column, props.project.item_column, props.project.time_column]
      .filter((column) => column !== null)
      .join(" · ");
  return (
    <li class="relative flex items-center gap-3 px-4 py-3 hover:bg-hover/50">
      <div class="min-w-0 flex-1">
        <A
          href={`/projects/${props.project.id}`}
          class="block truncate font-medium after:absolute after:inset-0"
        >
          {props.project.name}
        </A>
        <p class="truncate text-sm text-muted">{columns()}</p>
      </div>
      <span class="text-sm text-faint max-sm:hidden">
        <Ago at={props.project.ins_datetime} />
      </span>
      <div class="relative z-10">
        <DeleteProject project={props.project} compact />
      </div>
    </li>
  );
}

function NoProjects(): JSX.Element {
  return (
    <Card flush>
      <EmptyState
        icon="box"
        title={t("projects.empty.title")}
        action={
          <div class="flex flex-wrap justify-center gap-2">
            <TrySample look="primary" />
            <LinkButton href="/projects/new" icon="plus">
              {t("projects.new.title")}
            </LinkButton>
          </div>
        }
      >
        {t("projects.empty.about")}
      </EmptyState>
    </Card>
  );
}
