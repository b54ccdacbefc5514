/**
 * How much of a tree's variance over the whole search space each parameter explains alone: functional analysis of variance. Formulas:
 * Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014. Pure.
 */
import type { Leaf } from "./regression-tree.ts";

/**
 * For leaves that fill the unit cube with boxes of volume w and value v:
 *   f₀ = Σ w v,  V = Σ w (v − f₀)²
 *   a_j(x) = the mean of the tree where parameter j is x,  V_j = ∫ (a_j(x) − f₀)² dx
 * @returns V_j / V for each parameter; null for a tree that predicts one value everywhere.
 */
export function mainEffects(leaves: readonly Leaf[]): number[] | null {
  const volumes = leaves.map(volumeOf);
  const mean = leaves.reduce((sum, { value }, at) => sum + (volumes[at] ?? 0) * value, 0);
  const variance = leaves.reduce((sum, { value }, at) => sum + (volumes[at] ?? 0) * (value - mean) ** 2, 0);
  if (!(variance > 0)) return null;
  const count = leaves[0]?.low.length ?? 0;
  return Array.from({ length: count }, (_, param) => varianceAlong(leaves, volumes, param, mean) / variance);
}

function volumeOf({ low, high }: Leaf): number {
  return low.reduce((volume, from, at) => volume * ((high[at] ?? 0) - from), 1);
}

/** V_j, by a sweep over the edges of all boxes along parameter j. */
function varianceAlong(
  leaves: readonly Leaf[],
  volumes: readonly number[],
  param: number,
  mean: number,
): number {
  const steps = new Map<number, number>();
  for (const [at, { low, high, value }] of leaves.entries()) {
    const [from, to] = [low[param] ?? 0, high[param] ?? 0];
    const share = (value * (volumes[at] ?? 0)) / (to - from);
    steps.set(from, (steps.get(from) ?? 0) + share);
    steps.set(to, (steps.get(to) ?? 0) - share);
  }
  const edges = [...steps.keys()].sort((a, b) => a - b);
  let marginal = 0;
  let variance = 0;
  for (const [at, edge] of edges.entries()) {
    marginal += steps.get(edge) ?? 0;
    const next = edges[at + 1];
    if (next !== undefined) variance += (next - edge) * (marginal - mean) ** 2;
  }
  return variance;
}
