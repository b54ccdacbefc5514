import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { DEFAULT_EVENT_WEIGHTS } from "#contract/event-weight.ts";
import type { ProjectResponse } from "#contract/project.ts";
import { usageQuery } from "../../api/usage.ts";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { DayChart } from "../../components/day-chart.tsx";
import { daysBetween } from "../../components/days-between.ts";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { curlCommand } from "../keys/curl-command.ts";
import { useProject } from "../shell/use-project.ts";
import { seriesOf } from "../usage/usage-series.ts";
import { LiveTail } from "./live-tail.tsx";

/** What people do with items: how much arrives, how to send it, and what it is worth. */
export function EventsPage(): JSX.Element {
  const { project, projectId } = useProject();
  return (
    <>
      <PageHeader title={t("events.title")} description={t("events.about")} />
      <div class="space-y-4">
        {/* Made again for another project, whose events are none of this one. */}
        <Show when={projectId()} keyed>
          {(_) => <LiveTail />}
        </Show>
        <ByDay />
        <SendCard />
        <Show when={project()}>{(found) => <Weights project={found()} />}</Show>
      </div>
    </>
  );
}

function ByDay(): JSX.Element {
  const { projectId } = useProject();
  const query = useQuery(() => usageQuery(projectId()));
  return (
    <Loaded query={query} what={t("events.what.usage")}>
      {(found) => {
        const days = () => daysBetween(found().from, found().to);
        const series = () =>
          seriesOf(found().usage, days(), {
            id: ({ key }) => key,
            name: ({ key, key_name }) => key_name ?? t("usage.deletedKey", key),
            value: (row) => row.events,
            restName: t("usage.others"),
          });
        return (
          <Card title={t("events.byDay.title")}>
            <Show
              when={series().length > 0}
              fallback={<p class="text-sm text-muted">{t("events.byDay.none")}</p>}
            >
              <DayChart
                days={days()}
                series={series()}
                kind="bars"
                label={t("events.byDay.chart")}
                format={formatCount}
              />
            </Show>
          </Card>
        );
      }}
    </Loaded>
  );
}

function SendCard(): JSX.Element {
  const { href } = useProject();
  const code = () =>
    curlCommand(
      {
        url: `${location.origin}/v1/events`,
        body: { type: "click", user_id: "42", item_id: "a", request_id: "…" },
      },
      t("events.send.keyPlace"),
    );
  return (
    <Card
      title={t("events.send.title")}
      subtitle={t("events.send.about")}
      actions={<LinkButton href={href("/keys")}>{t("events.send.getKey")}</LinkButton>}
    >
      <CodeBlock label={t("events.send.label")} code={code()} copy={t("events.send.copy")} />
    </Card>
  );
}

function Weights(props: { project: ProjectResponse }): JSX.Element {
  const { href } = useProject();
  const own = () => props.project.event_weights ?? {};
  const rows = () => Object.entries({ ...DEFAULT_EVENT_WEIGHTS, ...own() });
  const noteOf = (type: string) => {
    if (type === "rating") return t("events.weights.rating");
    if (type === "dislike") return t("events.weights.dislike");
    return Object.hasOwn(own(), type) ? t("events.weights.own") : t("events.weights.usual");
  };
  const head = () => [
    { label: t("events.weights.type") },
    { label: t("events.weights.weight"), numeric: true },
    { label: t("events.weights.meaning") },
  ];
  return (
    <Card
      title={t("events.weights.title")}
      subtitle={t("events.weights.about")}
      actions={<LinkButton href={href("/settings")}>{t("events.weights.change")}</LinkButton>}
      flush
    >
      <Table caption={t("events.weights.title")} head={head()}>
        <For each={rows()}>
          {([type, weight]) => (
            <tr>
              <td class={`${CELL} font-mono text-xs`}>{type}</td>
              <td class={NUMBER_CELL}>{weight}</td>
              <td class={`${CELL} text-muted`}>{noteOf(type)}</td>
            </tr>
          )}
        </For>
      </Table>
    </Card>
  );
}
