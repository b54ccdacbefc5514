import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { medianOfWide } from "../../data/wide-weights.ts";
import {
  areComponentsCheap,
  epochCost,
  FEWEST_COMPONENTS,
  mostComponents,
  mostDrawnComponents,
} from "../search/component-cost.ts";
import { lowTrialsOf } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";
import { usualAlpha } from "./data-defaults.ts";

/** As multiples of the usual unobserved weight: where the search begins, after the middle, and how far it goes. */
const ALPHA_STARTS = [1, 4, 0.3];
const ALPHA_REACH = 30;
const REG_RANGE = { low: 5e-5, high: 0.5 };

/**
 * Operations of an epoch when a trial can afford a dozen of them: one to two seconds each. More than 256 factors must be cheaper
 * to be worthwhile.
 */
const HIGH_COMPONENTS = [
  { components: 512, dearestEpoch: 5e10 },
  { components: 256, dearestEpoch: 1.2e11 },
];
const HIGHEST_OTHERWISE = 128;
const LOW_COMPONENTS = 64;
/**
 * With more factors the best unobserved weight is somewhat lower and the best regularisation higher. On check-ins with four times
 * as many factors, the weight is about the same and the regularisation one and a half times as high. On listening counts both
 * shift more. These are the powers of the ratio of factors.
 */
const SHIFT_POWERS = { alpha0: -0.2, reg: 0.4 };

export function planIalsSearch(userItems: CsrMatrix, budget: number | undefined): SearchPlan {
  const ladder = ladderOf(userItems, budget);
  const middle = usualAlpha(userItems);
  const most = ladder.ladder ? mostComponents(userItems) : mostDrawnComponents(userItems);
  return {
    ...ladder,
    ...confidenceOf(userItems.values),
    starts: startsOf(userItems, ladder.ladder !== undefined),
    ranges: {
      alpha0: { low: middle / ALPHA_REACH, high: middle * ALPHA_REACH },
      reg: REG_RANGE,
      n_components: { low: FEWEST_COMPONENTS, high: most },
    },
  };
}

/**
 * More factors are better on large sparse data, and their cost grows with the data, so the regularisation is searched with few.
 * None if many are cheap enough to be searched like other parameters.
 */
function ladderOf(userItems: CsrMatrix, budget: number | undefined): Pick<SearchPlan, "ladder"> {
  if (areComponentsCheap(userItems)) return {};
  const affordable = HIGH_COMPONENTS.find(
    ({ components, dearestEpoch }) => epochCost(userItems, components) <= dearestEpoch,
  );
  const high = Math.min(affordable?.components ?? HIGHEST_OTHERWISE, mostComponents(userItems));
  if (high <= LOW_COMPONENTS) return {};
  const ratio = high / LOW_COMPONENTS;
  const shifts = Object.entries(SHIFT_POWERS).map(([param, power]) => [param, ratio ** power] as const);
  const rungs = { param: "n_components", low: LOW_COMPONENTS, high };
  return { ladder: { ...rungs, lowTrials: lowTrialsOf(budget), shifts: Object.fromEntries(shifts) } };
}

/** Weak and strong weights of unobserved items, each with the regularisation that suited it. */
function startsOf(userItems: CsrMatrix, hasLadder: boolean): AlgorithmParams[] {
  const middle = usualAlpha(userItems);
  const [first, second, third] = ALPHA_STARTS.map((share) => Number((share * middle).toPrecision(2)));
  const most = mostComponents(userItems);
  const few = { n_components: Math.min(LOW_COMPONENTS, most) };
  return [
    { ...few, alpha0: first as number, reg: 0.005 },
    { ...few, alpha0: second as number, reg: 0.002 },
    {
      ...few,
      n_components: Math.min(hasLadder ? LOW_COMPONENTS : 2 * LOW_COMPONENTS, most),
      alpha0: third as number,
      reg: 0.015,
    },
  ];
}

/** As by default, but the same for all trials, also those of a part of the data. */
function confidenceOf(weights: Float32Array): Pick<SearchPlan, "fixed"> {
  const median = medianOfWide(weights);
  return median === null ? {} : { fixed: { confidence_scaling: "log", epsilon: median } };
}
