/** How much each parameter of an algorithm matters, from the trials of a study. Pure. */
import { mainEffects } from "./main-effects.ts";
import { createDraws } from "./random.ts";
import { growTree, type Points } from "./regression-tree.ts";

export interface Importance {
  /** For each parameter, in the order of the columns: its share of the variance alone, 0 … 1, and the spread over trees. */
  readonly shares: readonly { readonly mean: number; readonly deviation: number }[];
  /** What no parameter explains alone: combinations of them, and chance. */
  readonly rest: number;
}

export const TREES = 48;
/** The most points that a tree grows on, so that a study of 10,000 trials is answered while one looks. */
const MAX_SAMPLE = 400;
const SEED = 20_141;

/**
 * The main effects of a random forest (Breiman 2001): each tree grows on a sample with repetition, and the shares are means over
 * trees.
 * Yields after each tree, so that a page can do other work in between; returns null where the value does not depend on anything.
 */
export function* importanceOf(points: Points, trees = TREES): Generator<void, Importance | null> {
  const draw = createDraws(SEED);
  const { length } = points.values;
  const found: number[][] = [];
  for (let tree = 0; tree < trees; tree++) {
    const rows = Array.from({ length: Math.min(length, MAX_SAMPLE) }, () => draw(length));
    const effects = mainEffects(growTree(points, rows));
    if (effects) found.push(effects);
    yield;
  }
  return found.length === 0 ? null : summarise(found, points.columns.length);
}

function summarise(found: readonly (readonly number[])[], count: number): Importance {
  const shares = Array.from({ length: count }, (_, param) => {
    const each = found.map((effects) => effects[param] ?? 0);
    const mean = each.reduce((sum, share) => sum + share, 0) / each.length;
    const squares = each.reduce((sum, share) => sum + (share - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / each.length) };
  });
  const explained = shares.reduce((sum, { mean }) => sum + mean, 0);
  return { shares, rest: Math.max(0, 1 - explained) };
}
