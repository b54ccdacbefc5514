/** The special functions that distributions are made of, to about 14 digits. */

const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const PRECISION = 1e-15;
/** Keeps the continued fractions away from a division by zero. */
const TINY = 1e-300;
const MAX_TERMS = 10_000;

/** ln Γ(x), by the approximation of Lanczos (1964). @param x Above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x + LANCZOS_G - 0.5;
  let sum: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) sum += (LANCZOS[term] as number) / (x - 1 + term);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** Q(a, x) = Γ(a, x) / Γ(a), the upper tail of the gamma distribution. Abramowitz and Stegun 6.5.29 and 6.5.31. @param x 0 or more. */
export function upperGammaShare(a: number, x: number): number {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

/** I_x(a, b), the cumulative beta distribution. Abramowitz and Stegun 26.5.8. @param x 0 … 1. */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - (front * betaFraction(1 - x, b, a)) / b;
  return (front * betaFraction(x, a, b)) / a;
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * PRECISION) break;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

function gammaFraction(a: number, x: number): number {
  const value = continuedFraction(
    x + 1 - a,
    (n) => -n * (n - a),
    (n) => x + 2 * n + 1 - a,
  );
  return Math.exp(a * Math.log(x) - x - logGamma(a)) / value;
}

function betaFraction(x: number, a: number, b: number): number {
  return (
    1 /
    continuedFraction(
      1,
      (n) => {
        const m = Math.floor(n / 2);
        if (n % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
        return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      },
      () => 1,
    )
  );
}

/** first + over(1) / (under(1) + over(2) / (under(2) + …)), by the algorithm of Lentz (1976). */
function continuedFraction(first: number, over: (n: number) => number, under: (n: number) => number): number {
  let value = first === 0 ? TINY : first;
  let c = value;
  let d = 0;
  for (let n = 1; n < MAX_TERMS; n++) {
    d = 1 / (under(n) + over(n) * d || TINY);
    c = under(n) + over(n) / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
}
