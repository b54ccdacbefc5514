/** The figures of several models by one metric, and what they say together. Pure. */
import type { ModelComparison } from "#contract/model-comparison.ts";
import { formatDifference, formatMetric, formatTimes } from "../../components/format.ts";
import type { IntervalRow } from "../../components/interval-row.ts";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { countsFound } from "../quality/rivals.ts";
import type { WhiskerRow } from "../quality/whisker-plot.ts";

/** Metrics that at least two models have: one figure alone compares nothing. */
export function comparedMetrics({ models }: ModelComparison): string[] {
  const all = models.flatMap(({ measurement }) => Object.keys(measurement?.metrics ?? {}));
  return [...new Set(all)].filter((name) => all.indexOf(name) !== all.lastIndexOf(name));
}

/** A row for each model that was measured by the metric, in the order of the comparison, and one for popularity on their test part. */
export function figureRows({ models, best, is_comparable }: ModelComparison, metric: string): WhiskerRow[] {
  const rows = models.flatMap(({ id, version, measurement }, at) => {
    const value = measurement?.metrics[metric];
    if (value === undefined) return [];
    const range = measurement?.intervals?.[metric];
    return [
      {
        name: t("common.version", version),
        colour: `series-${at + 1}`,
        value,
        low: range?.low ?? null,
        high: range?.high ?? null,
        isStrong: best?.[metric]?.model === id,
      },
    ];
  });
  const popularity = models.find(({ measurement }) => measurement?.popularity)?.measurement?.popularity?.[
    metric
  ];
  if (popularity === undefined || !is_comparable) return rows;
  const name = t("common.popularity");
  const row = { name, colour: "series-base", value: popularity, low: null, high: null, isStrong: false };
  return [...rows, row];
}

/** With the sign of negative numbers that other numbers have here. */
function signed(value: number): string {
  return value < 0 ? formatDifference(value) : formatMetric(value);
}

/** Each two models on the same people, the higher one first; empty where no resamples were kept. */
export function pairRows({ models, pairs }: ModelComparison, metric: string): IntervalRow[] {
  const versionOf = (id: number) => models.find((model) => model.id === id)?.version ?? 0;
  return pairs.flatMap(({ model, than, differences }) => {
    const found = differences[metric];
    if (!found) return [];
    const isHigher = found.difference >= 0;
    const [first, second] = isHigher ? [model, than] : [than, model];
    const [estimate, low, high] = isHigher
      ? [found.difference, found.low, found.high]
      : [-found.difference, -found.high, -found.low];
    const range = t("common.range", signed(low), signed(high));
    return [
      {
        name: t("models.compare.pair", versionOf(first), versionOf(second)),
        ...{ estimate, low, high },
        text: `${formatDifference(estimate)} (${range})`,
      },
    ];
  });
}

/** How much more the model with the highest figure finds than popularity; null where that is not clear or not counted. */
export function overPopularitySentence({ models }: ModelComparison, metric: string): string | null {
  if (!countsFound(metric)) return null;
  const measured = models.filter(({ measurement }) => measurement?.metrics[metric] !== undefined);
  const [top] = measured.toSorted(
    (a, b) => (b.measurement?.metrics[metric] ?? 0) - (a.measurement?.metrics[metric] ?? 0),
  );
  const [value, popularity] = [top?.measurement?.metrics[metric], top?.measurement?.popularity?.[metric]];
  const difference = top?.measurement?.over_popularity?.[metric];
  if (!top || value === undefined || !popularity || !difference || difference.low <= 0) return null;
  return t("models.compare.finds", top.version, formatTimes(value / popularity));
}

/** Which model is the best by a metric, or that none is; null where the figures are of different test parts. */
export function comparedSentence(comparison: ModelComparison, metric: string): string | null {
  if (!comparison.is_comparable) return null;
  const title = metricTitle(metric);
  if (comparison.not_distinguishable.includes(metric)) return t("models.compare.noDifference", title);
  const best = comparison.best?.[metric];
  const version = comparison.models.find(({ id }) => id === best?.model)?.version;
  return version === undefined ? null : t("models.compare.isBest", version, title);
}
