import { type JSX, Show } from "solid-js";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import { ownParams, type ParamScale } from "./params/param-scales.ts";
import type { PickedTrial } from "./picked-trial.ts";
import type { DotTrial } from "./plots/dot-trial.ts";
import { slicePlot } from "./plots/slice-plot.ts";

export interface TrialPlotProps {
  readonly trials: readonly DotTrial[];
  readonly scales: readonly ParamScale[];
  readonly picked: PickedTrial;
  readonly metric: string;
  readonly name: string;
  readonly tooltip: (number: number) => JSX.Element;
}

/** The value of each trial against each parameter. */
export function SliceView(props: TrialPlotProps): JSX.Element {
  return (
    <Show
      when={props.scales.length > 0}
      fallback={<p class="py-6 text-sm text-muted">{t("study.importance.noParams")}</p>}
    >
      <PlotFigure
        title={t("study.sliceTitle", props.metric)}
        fileName={`${props.name}-slices`}
        height={190}
        scene={(width) => slicePlot(width, props.scales, props.trials, { noLimit: t("study.noLimit") })}
        table={() => paramTable(props)}
        hovered={props.picked.hovered()}
        picked={props.picked.picked()}
        onHover={props.picked.setHovered}
        onPick={props.picked.pick}
        tooltip={props.tooltip}
      />
    </Show>
  );
}

/** The trials of one algorithm with the shown parameters. */
export function paramTable({ scales, trials, metric }: Pick<TrialPlotProps, "scales" | "trials" | "metric">) {
  const names = scales.map(({ name }) => name);
  return {
    head: [t("study.trialColumn"), ...names, metric],
    rows: trials.map((trial) => {
      const params = ownParams(trial);
      return [trial.number, ...names.map((name) => params[name] ?? null), trial.value];
    }),
  };
}
