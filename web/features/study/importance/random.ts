/**
 * Numbers for samples of a chart, the same for the same seed: xorshift with shifts 13, 17, 5 (Marsaglia, "Xorshift RNGs", 2003).
 * Pure.
 */

/** Uniform whole numbers in 0 … n − 1. @param seed Any whole number but 0, modulo 2³². */
export function createDraws(seed: number): (n: number) => number {
  let state = seed >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * n);
  };
}
