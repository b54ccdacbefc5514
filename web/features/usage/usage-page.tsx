import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { UsageResponse } from "#contract/usage.ts";
import { healthQuery, metricsQuery } from "../../api/metrics.ts";
import { usageQuery } from "../../api/usage.ts";
import { Badge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { DayChart } from "../../components/day-chart.tsx";
import { daysBetween } from "../../components/days-between.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount, formatDuration, formatPercent } from "../../components/format.ts";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { type RouteFigures, readMetrics } from "./read-metrics.ts";
import { seriesOf, usageTotals } from "./usage-series.ts";

const RANGES = [7, 30, 90] as const;
const USUAL_RANGE = 30;

export function UsagePage(): JSX.Element {
  const { projectId, href } = useProject();
  const [params, setParams] = useSearchParams();
  const days = () => RANGES.find((range) => String(range) === params.days) ?? USUAL_RANGE;
  const usage = useQuery(() => usageQuery(projectId(), days()));
  const metrics = useQuery(() => metricsQuery(projectId()));
  return (
    <>
      <PageHeader
        title={t("usage.title")}
        description={t("usage.about")}
        actions={
          <SelectField
            label={t("usage.range")}
            value={String(days())}
            options={RANGES.map((range) => ({ value: String(range), label: t("usage.ranges", range) }))}
            onValue={(value) => setParams({ days: value === String(USUAL_RANGE) ? null : value })}
          />
        }
      />
      <div class="space-y-4">
        <Loaded query={usage} what={t("usage.what.usage")}>
          {(found) => (
            <Show
              when={found().usage.length > 0}
              fallback={
                <Card>
                  <EmptyState
                    icon="code"
                    title={t("usage.none.title")}
                    action={
                      <LinkButton look="primary" icon="key" href={href("/keys")}>
                        {t("usage.none.action")}
                      </LinkButton>
                    }
                  >
                    {t("usage.none.why")}
                  </EmptyState>
                </Card>
              }
            >
              <Totals usage={found()} metrics={loadedData(metrics)} />
              <Charts usage={found()} />
            </Show>
          )}
        </Loaded>
        <Show when={loadedData(metrics)}>{(text) => <Routes routes={readMetrics(text()).routes} />}</Show>
        <HealthCard />
      </div>
    </>
  );
}

function Totals(props: { usage: UsageResponse; metrics: string | undefined }): JSX.Element {
  const totals = () => usageTotals(props.usage.usage);
  const all = () => (props.metrics === undefined ? null : readMetrics(props.metrics).all);
  const time = (seconds: number | null | undefined) => (seconds == null ? "–" : formatDuration(seconds));
  const failed = () => {
    const found = all();
    return found && found.requests > 0 ? formatPercent(found.failed / found.requests) : "–";
  };
  return (
    <StatRow>
      <Stat label={t("usage.requests")} value={formatCount(totals().requests)} />
      <Stat label={t("usage.lists")} value={formatCount(totals().lists)} />
      <Stat label={t("usage.events")} value={formatCount(totals().events)} />
      <Stat label={t("usage.limited")} value={formatCount(totals().limited)} />
      <Stat label={t("usage.typical")} value={time(all()?.median)} note={t("usage.sinceStart")} />
      <Stat label={t("usage.slow")} value={time(all()?.p95)} note={t("usage.sinceStart")} />
      <Stat
        label={t("usage.failed")}
        value={failed()}
        note={t("usage.failedNote", formatCount(all()?.failed ?? 0))}
      />
    </StatRow>
  );
}

function Charts(props: { usage: UsageResponse }): JSX.Element {
  const days = () => daysBetween(props.usage.from, props.usage.to);
  const requests = () =>
    seriesOf(props.usage.usage, days(), {
      id: ({ key }) => key,
      name: ({ key, key_name }) => key_name ?? t("usage.deletedKey", key),
      value: (row) => row.requests,
      restName: t("usage.others"),
    });
  const lists = () =>
    seriesOf(props.usage.usage, days(), {
      id: ({ slot }) => slot,
      name: ({ slot, slot_name }) => slot_name ?? t("usage.deletedSlot", slot ?? 0),
      value: (row) => row.lists,
      restName: t("usage.others"),
    });
  return (
    <>
      <Card title={t("usage.byDay.title")} subtitle={t("usage.byDay.about")}>
        <DayChart
          days={days()}
          series={requests()}
          kind="bars"
          label={t("usage.byDay.chart")}
          format={formatCount}
        />
      </Card>
      <Show when={lists().length > 0}>
        <Card title={t("usage.listsByDay.title")}>
          <DayChart
            days={days()}
            series={lists()}
            kind="bars"
            label={t("usage.listsByDay.chart")}
            format={formatCount}
          />
        </Card>
      </Show>
    </>
  );
}

function Routes(props: { routes: readonly RouteFigures[] }): JSX.Element {
  const head = () => [
    { label: t("usage.routes.route") },
    { label: t("usage.routes.requests"), numeric: true },
    { label: t("usage.routes.refused"), numeric: true },
    { label: t("usage.routes.failed"), numeric: true },
    { label: t("usage.routes.median"), numeric: true },
    { label: t("usage.routes.p95"), numeric: true },
  ];
  const time = (seconds: number | null) => (seconds === null ? "–" : formatDuration(seconds));
  return (
    <Show when={props.routes.length > 0}>
      <Card title={t("usage.routes.title")} subtitle={t("usage.routes.about")} flush>
        <Table caption={t("usage.routes.title")} head={head()}>
          <For each={props.routes}>
            {(route) => (
              <tr class="hover:bg-hover/50">
                <td class={`${CELL} font-mono text-xs`}>{route.route}</td>
                <td class={NUMBER_CELL}>{formatCount(route.requests)}</td>
                <td class={`${NUMBER_CELL} text-muted`}>{formatCount(route.refused)}</td>
                <td class={`${NUMBER_CELL} ${route.failed > 0 ? "text-bad" : "text-muted"}`}>
                  {formatCount(route.failed)}
                </td>
                <td class={NUMBER_CELL}>{time(route.median)}</td>
                <td class={NUMBER_CELL}>{time(route.p95)}</td>
              </tr>
            )}
          </For>
        </Table>
      </Card>
    </Show>
  );
}

const TONES = { healthy: "good", degraded: "warn", unhealthy: "bad" } as const;

function HealthCard(): JSX.Element {
  const query = useQuery(() => healthQuery());
  return (
    <Loaded query={query} what={t("usage.what.health")}>
      {(found) => (
        <Card
          title={t("usage.health.title")}
          actions={<Badge tone={TONES[found().status]}>{t(`usage.health.statuses.${found().status}`)}</Badge>}
        >
          <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
            <For each={["database", "store", "routing", "work"] as const}>
              {(name) => (
                <Show when={found().checks[name]}>
                  {(state) => (
                    <>
                      <dt class="text-muted">{t(`usage.health.checks.${name}`)}</dt>
                      <dd class={state() === "ok" ? "" : "text-bad"}>{t(`usage.health.${state()}`)}</dd>
                    </>
                  )}
                </Show>
              )}
            </For>
          </dl>
        </Card>
      )}
    </Loaded>
  );
}
