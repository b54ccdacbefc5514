import type { Random } from "../../random.ts";

/**
 * Φ(z) by its power series ½ + φ(z)·(z + z³/3 + z⁵/15 + …) (Marsaglia 2004): full double precision where it matters here; beyond
 * |z| = 8 it is 0 or 1 to fifteen digits.
 */
export function normalCdf(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let term = z;
  let sum = z;
  for (let odd = 3, before = Number.NaN; sum !== before; odd += 2) {
    before = sum;
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

/** A normal distribution cut to an interval. */
export interface TruncatedNormal {
  readonly mean: number;
  readonly sigma: number;
  readonly low: number;
  readonly high: number;
  /** The probability of the interval under the uncut distribution. */
  readonly mass: number;
}

/** @param mean Inside the interval. @param sigma At most the interval's length. */
export function truncatedNormal(mean: number, sigma: number, low: number, high: number): TruncatedNormal {
  const mass = normalCdf((high - mean) / sigma) - normalCdf((low - mean) / sigma);
  return { mean, sigma, low, high, mass };
}

/** Rejection is exact and cheap here: mean inside and sigma ≤ length accept at least a third of the draws. */
export function drawTruncated({ mean, sigma, low, high }: TruncatedNormal, random: Random): number {
  let draw = mean + sigma * random.normal();
  while (draw < low || draw > high) draw = mean + sigma * random.normal();
  return draw;
}

/** Density at a point of the interval. */
export function densityAt({ mean, sigma, mass }: TruncatedNormal, at: number): number {
  const z = (at - mean) / sigma;
  return Math.exp(-0.5 * z * z) / (sigma * Math.sqrt(2 * Math.PI) * mass);
}

/** Probability of a part of the interval. */
export function massBetween({ mean, sigma, mass }: TruncatedNormal, from: number, to: number): number {
  return (normalCdf((to - mean) / sigma) - normalCdf((from - mean) / sigma)) / mass;
}
