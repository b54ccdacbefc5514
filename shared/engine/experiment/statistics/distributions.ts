/** The normal distribution, Student's t and chi-square: tails and quantiles. */
import { betaShare, upperGammaShare } from "./special-functions.ts";

/** The density of the standard normal. */
export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z ≤ z) of the standard normal; exact in both tails. */
export function normalCdf(z: number): number {
  const tail = upperGammaShare(0.5, (z * z) / 2) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** P(|Z| ≥ |z|) of the standard normal. */
export function normalTwoSided(z: number): number {
  return upperGammaShare(0.5, (z * z) / 2);
}

/** The z with P(Z ≤ z) = share. @param share Between 0 and 1, both excluded. */
export function normalQuantile(share: number): number {
  return quantileOf(share, normalCdf);
}

/** From here the normal is nearer than the logarithms of large gamma functions, whose digits cancel. */
const MANY_DEGREES = 1e7;

/** P(|T| ≥ |t|) of Student's t. @param degrees Above 0, not always whole; Infinity for the normal. */
export function studentTwoSided(t: number, degrees: number): number {
  if (degrees >= MANY_DEGREES) return normalTwoSided(t);
  return betaShare(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t with P(T ≤ t) = share. @param share Between 0 and 1, both excluded. */
export function studentQuantile(share: number, degrees: number): number {
  return quantileOf(share, (t) => {
    const tail = studentTwoSided(t, degrees) / 2;
    return t < 0 ? tail : 1 - tail;
  });
}

/** P(X ≥ x) of chi-square. @param x 0 or more. */
export function chiSquareUpper(x: number, degrees: number): number {
  return upperGammaShare(degrees / 2, x / 2);
}

/** Halves an interval that holds the quantile of a symmetric distribution, until doubles end. */
function quantileOf(share: number, cdf: (value: number) => number): number {
  if (share === 0.5) return 0;
  if (share > 0.5) return -quantileOf(1 - share, cdf);
  let low = -1;
  while (cdf(low) > share) low *= 2;
  let high = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (cdf(middle) < share) low = middle;
    else high = middle;
  }
}
