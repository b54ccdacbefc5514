import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import type { SlotDay } from "#contract/quality.ts";
import { qualityQuery } from "../../api/quality.ts";
import { Card } from "../../components/card.tsx";
import { DayChart } from "../../components/day-chart.tsx";
import { daysBetween } from "../../components/days-between.ts";
import { formatPercent } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import type { SlotNames } from "./create-slot-names.ts";

const MAX_DAYS = 90;

/** Click-through of some slots by day since a time, as it is counted each night. */
export function QualityChart(props: {
  slots: readonly number[];
  from: string;
  names: SlotNames;
}): JSX.Element {
  const { projectId } = useProject();
  const query = useQuery(() => qualityQuery(projectId(), MAX_DAYS));
  const ofSlots = (days: readonly SlotDay[]) =>
    days.filter(({ day, slot }) => day >= props.from.slice(0, 10) && props.slots.includes(slot));
  return (
    <Loaded query={query} what={t("experiments.what.report")}>
      {(quality) => (
        <Card title={t("experiments.days.title")} subtitle={t("experiments.days.about")}>
          <Show
            when={ofSlots(quality().days).length > 0}
            fallback={<p class="text-sm text-muted">{t("experiments.days.none")}</p>}
          >
            <Chart days={ofSlots(quality().days)} slots={props.slots} names={props.names} />
          </Show>
        </Card>
      )}
    </Loaded>
  );
}

function Chart(props: { days: readonly SlotDay[]; slots: readonly number[]; names: SlotNames }): JSX.Element {
  const days = () => {
    const known = props.days.map(({ day }) => day).sort();
    return daysBetween(known[0] ?? "", known.at(-1) ?? "");
  };
  const series = () =>
    props.slots.map((slot) => ({
      name: props.names.nameOf(slot),
      values: days().map(
        (day) => props.days.find((one) => one.day === day && one.slot === slot)?.click_through ?? null,
      ),
    }));
  return (
    <DayChart
      days={days()}
      series={series()}
      kind="lines"
      label={t("experiments.days.chart")}
      format={formatPercent}
    />
  );
}
