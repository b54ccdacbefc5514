import { For, type JSX } from "solid-js";
import type { ColdMetrics, ColdFigures as ColdSide } from "#contract/tuning-job.ts";
import { formatMetric } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { metricTitle } from "./metric-title.ts";

/** A figure of a model, and of popularity on the same users. */
interface Pair {
  readonly winner: number | null;
  readonly popularity: number | null;
}

/** How well a model does for items and people that the training part does not have, beside those that it has. */
export function ColdFigures(props: {
  cold: ColdMetrics;
  metric: string;
  /** For known people and items. */
  warm: Pair;
  /** The head of the model's column. */
  model: string;
}): JSX.Element {
  const pairOf = (figures: ColdSide): Pair => ({
    winner: figures.winner[props.metric] ?? null,
    popularity: figures.popularity[props.metric] ?? null,
  });
  const rows = () => [
    { label: t("measuring.cold.known"), pair: props.warm },
    ...(props.cold.cold_items
      ? [{ label: t("measuring.cold.items"), pair: pairOf(props.cold.cold_items) }]
      : []),
    ...(props.cold.cold_users
      ? [{ label: t("measuring.cold.users"), pair: pairOf(props.cold.cold_users) }]
      : []),
  ];
  return (
    <table class="w-full max-w-2xl text-sm">
      <caption class="sr-only">{t("measuring.cold.caption", metricTitle(props.metric))}</caption>
      <thead>
        <tr class="text-left text-xs text-muted">
          <th class="py-1.5 align-bottom font-medium">{t("measuring.cold.for")}</th>
          <th class="py-1.5 pl-4 text-right align-bottom font-medium">{props.model}</th>
          <th class="py-1.5 pl-4 text-right align-bottom font-medium">{t("common.popularity")}</th>
        </tr>
      </thead>
      <tbody>
        <For each={rows()}>
          {({ label, pair }) => (
            <tr>
              <td class="py-0.5">{label}</td>
              <td class="num py-0.5 pl-4 text-right font-medium">{formatMetric(pair.winner)}</td>
              <td class="num py-0.5 pl-4 text-right text-muted">{formatMetric(pair.popularity)}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
