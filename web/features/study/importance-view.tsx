import { type JSX, Show } from "solid-js";
import { formatPercent } from "../../components/format.ts";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import { createImportance, MIN_TRIALS } from "./create-importance.ts";
import type { ParamScale } from "./params/param-scales.ts";
import type { DotTrial } from "./plots/dot-trial.ts";
import { type ImportanceRow, importancePlot } from "./plots/importance-plot.ts";

/** Below this the rest is rounding. */
const SHOWN_REST = 0.005;

/** How much each parameter of an algorithm matters. */
export function ImportanceView(props: {
  trials: readonly DotTrial[];
  scales: readonly ParamScale[];
  name: string;
}): JSX.Element {
  const importance = createImportance(
    () => props.trials,
    () => props.scales,
  );
  const rows = (): ImportanceRow[] => {
    const found = importance.found();
    if (!found || found.shares.length !== props.scales.length) return [];
    const params = found.shares.map(({ mean, deviation }, at) => ({
      ...{ name: props.scales[at]?.name ?? "", share: mean, deviation },
      isParameter: true,
    }));
    const rest = { name: t("study.importance.rest"), share: found.rest, deviation: 0, isParameter: false };
    return [...params.toSorted((a, b) => b.share - a.share), ...(found.rest < SHOWN_REST ? [] : [rest])];
  };
  const why = () => {
    if (importance.completeCount() < MIN_TRIALS) {
      return t("study.importance.tooFew", MIN_TRIALS, importance.completeCount());
    }
    if (props.scales.length === 0) return t("study.importance.noParams");
    return importance.isBusy() ? t("study.importance.busy") : t("study.importance.flat");
  };
  return (
    <Show when={rows().length > 0} fallback={<p class="py-6 text-sm text-muted">{why()}</p>}>
      <div class="max-w-3xl">
        <PlotFigure
          title={t("study.views.importance")}
          fileName={`${props.name}-importance`}
          height={rows().length * 28}
          scene={(width) => importancePlot(width, rows(), formatPercent)}
          table={() => ({
            head: [
              t("study.importance.parameter"),
              t("study.importance.share"),
              t("study.importance.spread"),
            ],
            rows: rows().map(({ name, share, deviation }) => [name, round(share), round(deviation)]),
          })}
        />
      </div>
    </Show>
  );
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
