import { createMemo, createSignal, For, type JSX } from "solid-js";
import { formatMetric } from "../../components/format.ts";
import { PlotFigure } from "../../components/plot/plot-figure.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { distributionPlot, type Group, stepsOf } from "./plots/distribution-plot.ts";
import { algorithmsOf, type DotTrial } from "./plots/dot-trial.ts";

const MIN_VALUES = 2;

/** How good the trials of each algorithm are as a whole. */
export function DistributionView(props: {
  trials: readonly DotTrial[];
  metric: string;
  name: string;
}): JSX.Element {
  const groups = createMemo(() => groupsOf(props.trials));
  return (
    <GroupDistribution groups={groups()} metric={props.metric} fileName={`${props.name}-distribution`} />
  );
}

/** Step lines of groups with their names. */
export function GroupDistribution(props: {
  groups: readonly Group[];
  metric: string;
  fileName: string;
}): JSX.Element {
  const [hovered, setHovered] = createSignal<number | null>(null);
  return (
    <>
      <ul class="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <For each={props.groups}>
          {(group) => (
            <li class="flex items-center gap-1.5">
              <span
                class="h-0.5 w-4"
                style={{ "background-color": `var(--color-${group.colour})` }}
                aria-hidden="true"
              />
              {group.name} <span class="num text-faint">({group.values.length})</span>
            </li>
          )}
        </For>
      </ul>
      <PlotFigure
        title={t("study.distributionTitle", props.metric)}
        fileName={props.fileName}
        height={280}
        scene={(width) => distributionPlot(width, props.groups)}
        table={() => ({
          head: [t("study.group"), props.metric, t("study.shareAtMost")],
          rows: props.groups.flatMap(({ name, values }) =>
            stepsOf(values).map(({ value, share }) => [name, value, Number(share.toFixed(4))]),
          ),
        })}
        hovered={hovered()}
        onHover={setHovered}
        tooltip={(at) => {
          const group = () => props.groups[at];
          return (
            <p class="num">
              <span class="font-semibold">{group()?.name}</span>
              <br />
              {t("study.median", formatMetric(medianOf(group()?.values ?? [])))}
            </p>
          );
        }}
      />
    </>
  );
}

function groupsOf(trials: readonly DotTrial[]): Group[] {
  return algorithmsOf(trials).flatMap((algorithm) => {
    const own = trials.filter((trial) => trial.algorithm === algorithm && !trial.isPruned);
    const [first] = own;
    if (!first || own.length < MIN_VALUES) return [];
    return [{ name: algorithmTitle(algorithm), colour: first.colour, values: own.map(({ value }) => value) }];
  });
}

/** The middle value; the lower of the two middle ones. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
