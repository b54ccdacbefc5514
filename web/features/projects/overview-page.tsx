import { A } from "@solidjs/router";
import { children, For, type JSX, type ParentProps, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { exportUrl } from "../../api/projects.ts";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { formatDay } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Keyed } from "../../components/keyed.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { Cockpit } from "../live/cockpit.tsx";
import { RollBack } from "../models/live-actions.tsx";
import { useProject } from "../shell/use-project.ts";
import { createOverview } from "./create-overview.ts";
import { DeleteProject } from "./delete-project.tsx";
import { StepRow } from "./step-row.tsx";

/** The state of a project. All of it is shown at once: parts that load later would move the others. */
export function OverviewPage(): JSX.Element {
  const { project, projectId, href } = useProject();
  const overview = createOverview(projectId);
  return (
    <Show when={project()}>
      {(found) => (
        <Show when={overview.steps()} fallback={<Skeleton lines={8} />}>
          {(steps) => (
            <>
              <PageHeader
                title={found().name}
                description={overview.isServing() ? t("projects.overview.serving") : undefined}
                actions={
                  <For each={overview.live.slots()}>
                    {(slot) => <RollBack live={overview.live} slot={slot} />}
                  </For>
                }
              />
              <Show when={overview.isServing() ? overview.live.slots()[0] : undefined}>
                {(slot) => (
                  <div class="mb-4">
                    <Cockpit modelId={slot().model.id} version={slot().model.version} />
                  </div>
                )}
              </Show>
              <Steps isFolded={overview.isServing() && steps().every(({ state }) => state === "done")}>
                <Keyed each={steps()} by={({ name }) => name}>
                  {(step, index) => (
                    <StepRow
                      step={step()}
                      number={index() + 1}
                      detail={overview.detailOf(step())}
                      href={href}
                    />
                  )}
                </Keyed>
              </Steps>
              <Show when={overview.isServing()}>
                <div class="mt-4">
                  <CodeBlock
                    label={t("projects.overview.endpoint")}
                    code={`POST ${location.origin}/inference/predict/project/${found().id}`}
                  />
                </div>
              </Show>
              <AboutProject project={found()} settingsHref={href("/settings")} />
            </>
          )}
        </Show>
      )}
    </Show>
  );
}

/** The way to a live recommendation. With all steps done, it is a line to open. */
function Steps(props: ParentProps<{ isFolded: boolean }>): JSX.Element {
  const list = children(() => props.children);
  return (
    <Show
      when={props.isFolded}
      fallback={
        <Card title={t("projects.overview.steps")} flush>
          <ol class="divide-y divide-line border-t border-line">{list()}</ol>
        </Card>
      }
    >
      <details class="rounded-lg border border-line bg-surface">
        <summary class="flex items-center gap-2 rounded-lg px-4 py-3 text-base font-semibold hover:bg-hover/50">
          <Icon name="check" class="text-good" />
          {t("projects.overview.steps")}
          <Icon name="chevron" class="ml-auto text-muted in-open:rotate-180" />
        </summary>
        <ol class="divide-y divide-line border-t border-line">{list()}</ol>
      </details>
    </Show>
  );
}

function AboutProject(props: { project: ProjectResponse; settingsHref: string }): JSX.Element {
  const time = () => props.project.time_column;
  return (
    <div class="mt-4 grid gap-4 md:grid-cols-2">
      <Card
        title={t("projects.overview.columns")}
        actions={
          <A class="link text-sm" href={props.settingsHref}>
            {t("projects.overview.change")}
          </A>
        }
      >
        <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
          <dt class="text-muted">{t("projects.overview.user")}</dt>
          <dd class="font-mono break-all">{props.project.user_column}</dd>
          <dt class="text-muted">{t("projects.overview.item")}</dt>
          <dd class="font-mono break-all">{props.project.item_column}</dd>
          <dt class="text-muted">{t("projects.overview.time")}</dt>
          <dd class={time() ? "font-mono break-all" : "text-muted"}>
            {time() ?? t("projects.overview.noTime")}
          </dd>
          <dt class="text-muted">{t("projects.overview.created")}</dt>
          <dd class="num">{formatDay(props.project.ins_datetime)}</dd>
        </dl>
      </Card>
      <Card title={t("projects.overview.copy")}>
        <p class="mb-3 text-sm text-muted">{t("projects.overview.copyWhat")}</p>
        <a
          href={exportUrl(props.project.id)}
          rel="external"
          download=""
          class="link inline-flex items-center gap-1.5 text-sm font-medium"
        >
          <Icon name="download" />
          {t("projects.overview.export")}
        </a>
      </Card>
      <Card title={t("projects.overview.delete")}>
        <p class="mb-3 text-sm text-muted">{t("projects.overview.deleteWhat")}</p>
        <DeleteProject project={props.project} />
      </Card>
    </div>
  );
}
