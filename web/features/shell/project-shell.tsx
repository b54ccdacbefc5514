import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, type JSX, Match, type ParentProps, Switch } from "solid-js";
import { isApiError } from "../../api/api-error.ts";
import { membersQuery } from "../../api/members.ts";
import { projectQuery } from "../../api/projects.ts";
import { loadedData } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { RoleProvider } from "../../components/role.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { readLastProject, writeLastProject } from "../auth/last-project.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { RoleNotice } from "./role-notice.tsx";
import { TopBar } from "./top-bar.tsx";

/** The frame of all pages of one project. */
export function ProjectShell(props: ParentProps): JSX.Element {
  const params = useParams<{ projectId: string }>();
  const projectId = () => Number(params.projectId);
  const query = useQuery(() => projectQuery(projectId()));
  const members = useQuery(() => membersQuery(projectId()));
  const ownRole = () => loadedData(members)?.own_role ?? null;
  const isMissing = () => query.isLoadingError && isApiError(query.error, "notFound");

  createEffect(() => {
    if (query.isSuccess) writeLastProject(projectId());
    else if (isMissing() && readLastProject() === projectId()) writeLastProject(null);
  });

  return (
    <div class="flex min-h-screen flex-col">
      <TopBar project={loadedData(query)} />
      <Switch>
        <Match when={isMissing()}>
          <NotFoundPage />
        </Match>
        <Match when={true}>
          <div class="flex flex-1">
            <ProjectNav projectId={projectId()} />
            <main id="content" class="mx-auto w-full max-w-7xl min-w-0 flex-1 px-4 pt-6 pb-16 sm:px-6">
              <Switch fallback={<Skeleton lines={6} />}>
                <Match when={query.isLoadingError}>
                  <ErrorNotice
                    title={t("shell.projectNotLoaded")}
                    error={query.error}
                    onRetry={() => void query.refetch()}
                  />
                </Match>
                {/* A form in use stays while a refetch fails. */}
                <Match when={loadedData(query)}>
                  <RoleProvider role={ownRole}>
                    <RoleNotice />
                    {props.children}
                  </RoleProvider>
                </Match>
              </Switch>
            </main>
          </div>
        </Match>
      </Switch>
    </div>
  );
}
