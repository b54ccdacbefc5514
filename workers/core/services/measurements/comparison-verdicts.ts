/** Which of several models, measured on one test part, is best by each metric, and where that cannot be decided. Pure. */
import type { ComparedModel, ModelComparison, ModelPair } from "#contract/model-comparison.ts";

type Verdicts = Pick<ModelComparison, "not_distinguishable"> & {
  readonly best: NonNullable<ModelComparison["best"]>;
};

interface Measured {
  readonly model: number;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/**
 * Metrics that all models have. No model is the best where the 95 % interval of its difference from another holds 0. Models that no pair
 * tells apart are judged by their own intervals, which must not overlap. A metric without intervals (a property of all lists together,
 * such as coverage) is decided by its value.
 */
export function verdictsOf(models: readonly ComparedModel[], pairs: readonly ModelPair[]): Verdicts {
  const best: Verdicts["best"] = {};
  const not_distinguishable: string[] = [];
  for (const name of Object.keys(models[0]?.measurement?.metrics ?? {})) {
    const values = models.flatMap((model) => measuredOf(model, name));
    if (values.length < models.length) continue;
    const sign = isBetterLow(name) ? -1 : 1;
    const top = values.reduce((found, other) => (sign * other.value > sign * found.value ? other : found));
    const isApart = values.every((other) => other === top || isClear(name, [top, other], pairs));
    if (isApart) best[name] = { model: top.model, value: top.value };
    else not_distinguishable.push(name);
  }
  return { best, not_distinguishable };
}

function measuredOf({ id, measurement }: ComparedModel, name: string): Measured[] {
  const value = measurement?.metrics[name];
  return value === undefined ? [] : [{ model: id, value, interval: measurement?.intervals?.[name] ?? null }];
}

function isClear(name: string, [a, b]: readonly [Measured, Measured], pairs: readonly ModelPair[]): boolean {
  const pair = pairs.find(({ model, than }) =>
    model === a.model ? than === b.model : model === b.model && than === a.model,
  );
  const found = pair?.differences[name];
  return found ? found.low > 0 || found.high < 0 : !overlaps(a, b);
}

/** Equal values do not distinguish two models, either. */
function overlaps(a: Measured, b: Measured): boolean {
  if (a.value === b.value) return true;
  if (a.interval === null || b.interval === null) return false;
  return a.interval.low <= b.interval.high && b.interval.low <= a.interval.high;
}

/** The Gini index grows with the share of the few items that all users get. */
function isBetterLow(metric: string): boolean {
  return metric.startsWith("gini@");
}
