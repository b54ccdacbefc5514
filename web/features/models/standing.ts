/** How a figure compares with those of the other models. Pure. */
import type { ComparedModel, ModelComparison, ModelPair } from "#contract/model-comparison.ts";

export type Standing = "best" | "unclear" | null;

/**
 * Where no model is the best of a metric, the highest figure (for `gini`, the lowest) is not distinguishable from some
 * others: the 95 % interval of their difference holds 0 or, without one, their ranges overlap its range. The other figures are clearly
 * worse and have no standing.
 */
export function standingOf(comparison: ModelComparison, name: string, model: ComparedModel): Standing {
  if (comparison.best?.[name]?.model === model.id) return "best";
  if (!comparison.not_distinguishable.includes(name)) return null;
  const sign = name.startsWith("gini@") ? -1 : 1;
  const figureOf = ({ measurement }: ComparedModel) => measurement?.metrics[name] ?? sign * -Infinity;
  const top = comparison.models.reduce((found, other) =>
    sign * figureOf(other) > sign * figureOf(found) ? other : found,
  );
  if (figureOf(model) === figureOf(top)) return "unclear";
  const difference = pairOf(comparison, model.id, top.id)?.differences[name];
  if (difference) return difference.low <= 0 && difference.high >= 0 ? "unclear" : null;
  const [own, first] = [model, top].map(({ measurement }) => measurement?.intervals?.[name]);
  if (!own || !first) return null;
  return own.low <= first.high && first.low <= own.high ? "unclear" : null;
}

/** Two models on the same people, in either order. */
function pairOf({ pairs }: ModelComparison, a: number, b: number): ModelPair | undefined {
  return pairs.find(({ model, than }) => (model === a && than === b) || (model === b && than === a));
}
