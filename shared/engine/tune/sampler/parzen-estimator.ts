/**
 * Parzen (kernel) density estimate over several parameters at once, for tree-structured Parzen estimators (Bergstra et al. 2011).
 * The defaults are those of Optuna 5's TPESampler: joint kernels, a prior of weight 1, magic clip, weights that decrease with
 * age.
 *
 * Every observation is one kernel, a product over the parameters; the prior is one more, as wide as the space. So a candidate
 * takes all its values from the neighbourhood of one good trial.
 */

import type { ParamValue } from "#contract/algorithms.ts";
import type { Random } from "../../random.ts";
import type { TrialParams } from "../trial/trial.ts";
import { densityAt, drawTruncated, massBetween, type TruncatedNormal, truncatedNormal } from "./normal.ts";
import type { Choices, NumberRange, ParamRange, SpaceParam } from "./search-space.ts";

export interface JointDensity {
  sample(random: Random): TrialParams;
  /** Natural logarithm of the density (for whole numbers and choices: of the probability). */
  logAt(params: TrialParams): number;
}

// Optuna's `default_weights`: the newest 25 observations count in full.
const FULL_WEIGHT_COUNT = 25;

/**
 * Estimates the density of `params` from trials that have all of them, oldest first. Without trials it is the prior.
 *
 *   p(x) = Σ_k w_k Π_j p_kj(x_j)
 */
export function estimateDensity(
  params: readonly SpaceParam[],
  observed: readonly TrialParams[],
): JointDensity {
  const weights = kernelWeights(observed.length);
  const marginals = params.map(({ name, range }) =>
    createMarginal(
      range,
      observed.map((trial) => trial[name] as ParamValue),
    ),
  );
  return {
    sample(random) {
      const kernel = pick(weights, random);
      return Object.fromEntries(
        params.map(({ name }, at) => [name, (marginals[at] as Marginal).sample(kernel, random)]),
      );
    },
    logAt(trial) {
      const products = [...weights];
      for (const [at, { name }] of params.entries()) {
        (marginals[at] as Marginal).multiplyInto(products, trial[name] as ParamValue);
      }
      return Math.log(products.reduce((sum, product) => sum + product, 0));
    },
  };
}

/** Draws evenly: in the logarithm where the range says so, and so that every whole number of a linear range is equally likely. */
export function drawEvenly(range: ParamRange, random: Random): ParamValue {
  if (range.kind === "choice") return range.choices[random.below(range.choices.length)] as ParamValue;
  const scale = createScale(range);
  return scale.valueAt(scale.low + random.next() * (scale.high - scale.low));
}

/** Oldest first: ones up to 25; beyond that the older ones rise evenly from 1/n to 1 and the newest 25 are ones. */
export function ageWeights(count: number): number[] {
  const rampCount = Math.max(0, count - FULL_WEIGHT_COUNT);
  return Array.from({ length: count }, (_, at) => {
    if (at >= rampCount) return 1;
    return rampCount === 1 ? 1 / count : 1 / count + (at / (rampCount - 1)) * (1 - 1 / count);
  });
}

/** Weights of the kernels, the prior last, with sum 1. */
function kernelWeights(observedCount: number): number[] {
  const weights = [...ageWeights(observedCount), 1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** One parameter's side of all kernels. */
interface Marginal {
  sample(kernel: number, random: Random): ParamValue;
  /** Multiplies entry k by p_k(value). */
  multiplyInto(products: number[], value: ParamValue): void;
}

function createMarginal(range: ParamRange, observed: readonly ParamValue[]): Marginal {
  if (range.kind === "choice") return choiceMarginal(range, observed);
  return range.low < range.high
    ? numberMarginal(range, observed as number[])
    : { sample: () => range.low, multiplyInto: () => {} };
}

/** A kernel of n puts (1 + 1/n) on its choice for every 1/n on another; the prior is even. */
function choiceMarginal({ choices }: Choices, observed: readonly ParamValue[]): Marginal {
  const kernelCount = observed.length + 1;
  const elsewhere = 1 / (kernelCount + choices.length);
  const probability = (kernel: number, value: ParamValue): number => {
    if (kernel === observed.length) return 1 / choices.length;
    return observed[kernel] === value ? elsewhere * (kernelCount + 1) : elsewhere;
  };
  return {
    sample: (kernel, random) =>
      choices[
        pick(
          choices.map((choice) => probability(kernel, choice)),
          random,
        )
      ] as ParamValue,
    multiplyInto(products, value) {
      for (let kernel = 0; kernel < kernelCount; kernel++) {
        products[kernel] = (products[kernel] as number) * probability(kernel, value);
      }
    },
  };
}

/** Normal kernels, cut to the range; the prior sits in the middle, as wide as the range. */
function numberMarginal(range: NumberRange, observed: readonly number[]): Marginal {
  const scale = createScale(range);
  const { low, high } = scale;
  const means = observed.map(scale.positionOf);
  const sigmas = kernelSigmas(means, low, high);
  const kernels = means.map((mean, at) => truncatedNormal(mean, sigmas[at] as number, low, high));
  kernels.push(truncatedNormal((low + high) / 2, high - low, low, high));
  return {
    sample: (kernel, random) => scale.valueAt(drawTruncated(kernels[kernel] as TruncatedNormal, random)),
    multiplyInto(products, value) {
      const from = scale.positionOf((value as number) - scale.margin);
      const to = scale.positionOf((value as number) + scale.margin);
      for (const [at, kernel] of kernels.entries()) {
        const factor = from < to ? massBetween(kernel, from, to) : densityAt(kernel, from);
        products[at] = (products[at] as number) * factor;
      }
    },
  };
}

/**
 * Width of each kernel: the distance to its farther neighbour along the axis. It is at least range / min(100, n + 2)
 * for n observations ("magic clip"), and at most the range. A lone kernel reaches to the farther end of the range.
 */
function kernelSigmas(means: readonly number[], low: number, high: number): number[] {
  const smallest = (high - low) / Math.min(100, means.length + 2);
  const order = means.map((_, at) => at).sort((a, b) => (means[a] as number) - (means[b] as number) || a - b);
  const sigmas = new Array<number>(means.length);
  for (const [place, at] of order.entries()) {
    const mean = means[at] as number;
    const left = means[order[place - 1] ?? -1] ?? (means.length === 1 ? low : mean);
    const right = means[order[place + 1] ?? -1] ?? (means.length === 1 ? high : mean);
    sigmas[at] = Math.min(high - low, Math.max(smallest, mean - left, right - mean));
  }
  return sigmas;
}

/** The axis that kernels live on: values themselves or their logarithms; a whole number n owns n − ½ … n + ½. */
export function createScale({ kind, low, high, log }: NumberRange) {
  const margin = kind === "int" ? 0.5 : 0;
  const positionOf = (value: number): number => (log ? Math.log(value) : value);
  return {
    low: positionOf(low - margin),
    high: positionOf(high + margin),
    margin,
    positionOf,
    valueAt(position: number): number {
      const value = log ? Math.exp(position) : position;
      return Math.min(high, Math.max(low, kind === "int" ? Math.round(value) : value));
    },
  };
}

function pick(weights: readonly number[], random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return at;
  }
  return weights.length - 1;
}
