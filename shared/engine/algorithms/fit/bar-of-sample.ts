export interface Sampling {
  /** Scores that are looked at, or somewhat more. */
  readonly sample: number;
  readonly isWanted: (index: number) => boolean;
}

/**
 * A bar that about `count` of the wanted scores reach, by every n-th score. A larger sample would cost more time than the scores that a
 * smaller one collects too many.
 *
 * @returns The lowest score of the sample if it has fewer wanted ones than it needs; null if it has none.
 */
export function barOfSample(
  scores: Float32Array,
  length: number,
  count: number,
  { sample, isWanted }: Sampling,
): number | null {
  const step = Math.max(1, Math.floor(length / sample));
  const best = new Float64Array(Math.max(1, Math.ceil(count / step)));
  let size = 0;
  let worst = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index += step) {
    const score = scores[index] as number;
    if (!(score > worst) || !isWanted(index)) continue;
    if (size < best.length) size++;
    let at = size - 1;
    for (; at > 0 && (best[at - 1] as number) < score; at--) best[at] = best[at - 1] as number;
    best[at] = score;
    if (size === best.length) worst = best[size - 1] as number;
  }
  return size === 0 ? null : (best[size - 1] as number);
}
