/** Times in buckets that grow by a tenth: quantiles to a tenth of their value, and histograms can be added. */

const GROWTH = Math.log(1.1);
const BUCKETS = 140;

export class TimeHistogram {
  readonly #counts: number[];

  /** @param counts What `toCounts` gave. */
  constructor(counts: readonly number[] = []) {
    this.#counts = Array.from({ length: BUCKETS }, (_, at) => counts[at] ?? 0);
  }

  /** @param ms Milliseconds; below 0 counts as 0. */
  add(ms: number): void {
    const at = Math.min(BUCKETS - 1, Math.floor(Math.log1p(Math.max(0, ms)) / GROWTH));
    this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  join(other: TimeHistogram): void {
    other.#counts.forEach((count, at) => {
      this.#counts[at] = (this.#counts[at] as number) + count;
    });
  }

  /** The upper end of the bucket with the quantile, milliseconds; null without times. @param share Between 0 and 1, such as .95. */
  quantile(share: number): number | null {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    let left = share * total;
    const at = this.#counts.findIndex((count) => {
      left -= count;
      return count > 0 && left <= 0;
    });
    return Math.expm1((Math.max(0, at) + 1) * GROWTH);
  }

  /** For JSON: without the empty buckets at the end. */
  toCounts(): number[] {
    return this.#counts.slice(0, this.#counts.findLastIndex((count) => count > 0) + 1);
  }
}
