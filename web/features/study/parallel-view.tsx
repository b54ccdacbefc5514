import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { SelectField } from "../../components/field.tsx";
import { formatPercent } from "../../components/format.ts";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import { parallelPlot } from "./plots/parallel-plot.ts";
import { paramTable, type TrialPlotProps } from "./slice-view.tsx";

const SHARES = [0.05, 0.1, 0.25, 1] as const;

/** Trials as lines over their parameters; the best ones in colour. */
export function ParallelView(props: TrialPlotProps): JSX.Element {
  const [share, setShare] = createSignal<number>(0.1);
  /** The value from which on a trial is among the best. */
  const strongFrom = createMemo(() => {
    const values = props.trials.map(({ value }) => value).sort((a, b) => b - a);
    return values[Math.max(0, Math.ceil(values.length * share()) - 1)] ?? 0;
  });
  return (
    <Show
      when={props.scales.length > 0}
      fallback={<p class="py-6 text-sm text-muted">{t("study.importance.noParams")}</p>}
    >
      <SelectField
        label={t("study.inColour")}
        class="mb-2 w-48"
        value={String(share())}
        options={SHARES.map((one) => ({
          value: String(one),
          label: one === 1 ? t("study.all") : t("study.bestShare", formatPercent(one)),
        }))}
        onValue={(value) => setShare(Number(value))}
      />
      <PlotFigure
        title={t("study.views.parallel")}
        fileName={`${props.name}-parallel`}
        height={320}
        scene={(width) =>
          parallelPlot(width, props.scales, props.trials, {
            metric: props.metric,
            strongFrom: strongFrom(),
            noLimit: t("study.noLimit"),
          })
        }
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
