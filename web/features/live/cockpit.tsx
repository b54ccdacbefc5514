import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import { experimentListQuery } from "../../api/experiments.ts";
import { metricsQuery } from "../../api/metrics.ts";
import { modelQuery } from "../../api/models.ts";
import { usageQuery } from "../../api/usage.ts";
import { Ago } from "../../components/ago.tsx";
import { formatCount, formatDuration, formatPercent } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { Term } from "../../components/term.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { popularShare, readMetrics } from "../usage/read-metrics.ts";
import { usageTotals } from "../usage/usage-series.ts";

const DAYS = 7;

/** How a live project does, at a glance. Figures that are not known yet are dashes, so that nothing moves when they come. */
export function Cockpit(props: { modelId: number; version: number }): JSX.Element {
  const { projectId, href } = useProject();
  const usage = useQuery(() => usageQuery(projectId(), DAYS));
  const metrics = useQuery(() => metricsQuery(projectId()));
  const model = useQuery(() => modelQuery(props.modelId));
  const experiments = useQuery(() => experimentListQuery(projectId()));
  const totals = () => {
    const found = loadedData(usage);
    return found ? usageTotals(found.usage) : null;
  };
  const answers = () => {
    const text = loadedData(metrics);
    return text === undefined ? null : readMetrics(text).all;
  };
  const count = (value: number | undefined) => (value === undefined ? "–" : formatCount(value));
  const slow = () => {
    const seconds = answers()?.p95;
    return seconds == null ? "–" : formatDuration(seconds);
  };
  const failed = () => {
    const found = answers();
    return found && found.requests > 0 ? formatPercent(found.failed / found.requests) : "–";
  };
  const popular = () => {
    const text = loadedData(metrics);
    const share = text === undefined ? null : popularShare(text);
    return share === null ? "–" : formatPercent(share);
  };
  const newest = () => loadedData(experiments)?.results[0];
  return (
    <StatRow>
      <Stat
        label={t("live.cockpit.requests")}
        value={count(totals()?.requests)}
        note={<Link to={href("/usage")} text={t("live.cockpit.toUsage")} />}
      />
      <Stat label={t("live.cockpit.events")} value={count(totals()?.events)} note={t("live.cockpit.week")} />
      <Stat label={t("live.cockpit.slow")} value={slow()} note={t("live.cockpit.sinceStart")} />
      <Stat label={t("live.cockpit.failed")} value={failed()} note={t("live.cockpit.sinceStart")} />
      <Stat
        label={<Term name="popularLists">{t("live.cockpit.popular")}</Term>}
        value={popular()}
        note={t("live.cockpit.sinceStart")}
      />
      <Stat
        label={t("live.cockpit.live", props.version)}
        value={
          <Show when={loadedData(model)} fallback="–">
            {(found) => <Ago at={found().ins_datetime} />}
          </Show>
        }
        note={<Link to={href("/live")} text={t("live.cockpit.toReleases")} />}
      />
      <Stat
        label={t("live.cockpit.experiment")}
        value={
          <Show when={newest()} fallback="–">
            {(found) => t(`experiments.statuses.${found().status}`)}
          </Show>
        }
        note={
          <Show
            when={newest()}
            fallback={<Link to={href("/experiments/new")} text={t("experiments.create")} />}
          >
            {(found) => <Link to={href(`/experiments/${found().id}`)} text={found().name} />}
          </Show>
        }
      />
    </StatRow>
  );
}

function Link(props: { to: string; text: string }): JSX.Element {
  return (
    <A class="link" href={props.to}>
      {props.text}
    </A>
  );
}
