import { createMemo, type JSX, Show } from "solid-js";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { formatDuration } from "../../components/format.ts";
import { createNow } from "../../components/now.ts";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import type { PickedTrial } from "./picked-trial.ts";
import { runsOf, timelinePlot } from "./plots/timeline-plot.ts";

const TICK_MS = 2_000;

/** When each trial ran, and how many at once. */
export function TimelineView(props: {
  trials: readonly TrialResponse[];
  isActive: boolean;
  picked: PickedTrial;
  name: string;
  tooltip: (number: number) => JSX.Element;
}): JSX.Element {
  const now = createNow(TICK_MS);
  // An ended study does not change with the clock; a trial that was running then was abandoned.
  const trials = () =>
    props.isActive ? props.trials : props.trials.filter(({ state }) => state !== "RUNNING");
  const runs = createMemo(() => runsOf(trials(), props.isActive ? now().getTime() : 0));
  const rounded = (seconds: number) => Number(seconds.toFixed(3));
  return (
    <Show when={runs().length > 0} fallback={<p class="py-6 text-sm text-muted">{t("study.noTimes")}</p>}>
      <PlotFigure
        title={t("study.views.timeline")}
        fileName={`${props.name}-timeline`}
        height={120}
        scene={(width) =>
          timelinePlot(width, runs(), (seconds) => (seconds === 0 ? "0" : formatDuration(seconds)))
        }
        table={() => ({
          head: [t("study.trialColumn"), t("study.from"), t("study.to"), t("study.lane")],
          rows: runs().map(({ number, from, to, lane }) => [number, rounded(from), rounded(to), lane + 1]),
        })}
        hovered={props.picked.hovered()}
        picked={props.picked.picked()}
        onHover={props.picked.setHovered}
        onPick={props.picked.pick}
        tooltip={props.tooltip}
      />
    </Show>
  );
}
