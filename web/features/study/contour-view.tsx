import { createSignal, type JSX, Show } from "solid-js";
import { SelectField } from "../../components/field.tsx";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import type { ParamScale } from "./params/param-scales.ts";
import { CONTOUR_PLOT_PX, contourPlot } from "./plots/contour-plot.ts";
import { paramTable, type TrialPlotProps } from "./slice-view.tsx";

/** The value over two parameters of one algorithm that the reader chooses. */
export function ContourView(props: TrialPlotProps): JSX.Element {
  const [across, setAcross] = createSignal<string | null>(null);
  const [up, setUp] = createSignal<string | null>(null);
  const named = (name: string | null) => props.scales.find((scale) => scale.name === name);
  const first = () => named(across()) ?? props.scales[0];
  const second = () => {
    const chosen = named(up());
    return chosen && chosen !== first() ? chosen : props.scales.find((scale) => scale !== first());
  };
  const pair = (): readonly [ParamScale, ParamScale] | null => {
    const [a, b] = [first(), second()];
    return a && b ? [a, b] : null;
  };
  const options = () => props.scales.map(({ name }) => ({ value: name, label: name }));
  return (
    <Show when={pair()} fallback={<p class="py-6 text-sm text-muted">{t("study.contour.one")}</p>}>
      {(scales) => (
        <>
          <div class="mb-3 flex flex-wrap gap-3">
            <SelectField
              label={t("study.contour.across")}
              class="w-44"
              value={scales()[0].name}
              options={options()}
              onValue={setAcross}
            />
            <SelectField
              label={t("study.contour.up")}
              class="w-44"
              value={scales()[1].name}
              options={options()}
              onValue={setUp}
            />
          </div>
          <div class="max-w-3xl">
            <PlotFigure
              title={t("study.contour.title", props.metric, scales()[0].name, scales()[1].name)}
              fileName={`${props.name}-contour`}
              height={CONTOUR_PLOT_PX}
              scene={(width) => contourPlot(width, scales(), props.trials, { noLimit: t("study.noLimit") })}
              table={() => paramTable({ ...props, scales: scales() })}
              hovered={props.picked.hovered()}
              picked={props.picked.picked()}
              onHover={props.picked.setHovered}
              onPick={props.picked.pick}
              tooltip={props.tooltip}
            />
          </div>
        </>
      )}
    </Show>
  );
}
