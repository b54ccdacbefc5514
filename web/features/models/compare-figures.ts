/** The figures of several models by one metric, and what they say together. Pure. */
import type { ModelComparison } from "#contract/model-comparison.ts";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import type { WhiskerRow } from "../quality/whisker-plot.ts";

/** Metrics that at least two models have: one figure alone compares nothing. */
export function comparedMetrics({ models }: ModelComparison): string[] {
  const all = models.flatMap(({ measurement }) => Object.keys(measurement?.metrics ?? {}));
  return [...new Set(all)].filter((name) => all.indexOf(name) !== all.lastIndexOf(name));
}

/** A row for each model that was measured by the metric, in the order of the comparison. */
export function figureRows({ models }: ModelComparison, metric: string): WhiskerRow[] {
  return models.flatMap(({ version, measurement }, at) => {
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
      },
    ];
  });
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
