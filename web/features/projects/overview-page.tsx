import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { exportUrl } from "../../api/projects.ts";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { formatDay } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
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
                description={overview.isServing() ? "Live: the API answers for this project." : undefined}
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
              <Card title="From file to live recommendations" flush>
                <ol class="divide-y divide-line border-t border-line">
                  <For each={steps()}>
                    {(step, index) => (
                      <StepRow
                        step={step}
                        number={index() + 1}
                        detail={overview.detailOf(step)}
                        href={href}
                      />
                    )}
                  </For>
                </ol>
              </Card>
              <Show when={overview.isServing()}>
                <div class="mt-4">
                  <CodeBlock
                    label="Endpoint of this project"
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

function AboutProject(props: { project: ProjectResponse; settingsHref: string }): JSX.Element {
  const time = () => props.project.time_column;
  return (
    <div class="mt-4 grid gap-4 md:grid-cols-2">
      <Card
        title="Columns"
        actions={
          <A class="link text-sm" href={props.settingsHref}>
            Change
          </A>
        }
      >
        <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
          <dt class="text-muted">User</dt>
          <dd class="font-mono break-all">{props.project.user_column}</dd>
          <dt class="text-muted">Item</dt>
          <dd class="font-mono break-all">{props.project.item_column}</dd>
          <dt class="text-muted">Time</dt>
          <dd class={time() ? "font-mono break-all" : "text-muted"}>
            {time() ?? "No time column; tested on a random sample"}
          </dd>
          <dt class="text-muted">Created</dt>
          <dd class="num">{formatDay(props.project.ins_datetime)}</dd>
        </dl>
      </Card>
      <Card title="Keep a copy">
        <p class="mb-3 text-sm text-muted">
          One archive with its data, settings, jobs and models. You can import it here or elsewhere. It
          contains no keys.
        </p>
        <a
          href={exportUrl(props.project.id)}
          rel="external"
          download=""
          class="link inline-flex items-center gap-1.5 text-sm font-medium"
        >
          <Icon name="download" />
          Export as an archive
        </a>
      </Card>
      <Card title="Delete this project">
        <p class="mb-3 text-sm text-muted">Deletes its data, models and keys. This cannot be undone.</p>
        <DeleteProject project={props.project} />
      </Card>
    </div>
  );
}
