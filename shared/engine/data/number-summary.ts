/** The distribution of a stream of numbers in little memory. */
import type { Distribution } from "#contract/weight-report.ts";

/** As many different numbers are counted one by one: grades, small counts. */
const MAX_DISTINCT = 64;
/** Bounds of classes grow by this factor, so that a class has its numbers within 1 %. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** Smaller numbers are in one class with zero. */
const LEAST = 1e-12;
const BARS = 20;
const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

interface Counted {
  readonly value: number;
  readonly count: number;
}

/**
 * Counts numbers by value while few are different, then by classes whose bounds grow geometrically, on both sides of zero (as DDSketch,
 * Masson et al. 2019). At most some 5,000 classes for numbers of any size.
 */
export class NumberSummary {
  #byValue: Map<number, number> | null = new Map();
  readonly #byClass = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Counts a finite number; others are ignored. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#byValue === null) increase(this.#byClass, classOf(value), 1);
    else {
      increase(this.#byValue, value, 1);
      if (this.#byValue.size > MAX_DISTINCT) this.#classify(this.#byValue);
    }
  }

  #classify(byValue: ReadonlyMap<number, number>): void {
    for (const [value, count] of byValue) increase(this.#byClass, classOf(value), count);
    this.#byValue = null;
  }

  /** Null without a number. */
  finish(): Distribution | null {
    if (this.#count === 0) return null;
    const ascending = this.#ascending();
    return {
      count: this.#count,
      min: this.#min,
      max: this.#max,
      mean: this.#sum / this.#count,
      quantiles: this.#quantiles(ascending),
      histogram: this.#histogram(ascending),
    };
  }

  #ascending(): Counted[] {
    const counted = this.#byValue
      ? Array.from(this.#byValue, ([value, count]) => ({ value, count }))
      : Array.from(this.#byClass, ([at, count]) => ({ value: this.#within(middleOf(at)), count }));
    return counted.sort((one, other) => one.value - other.value);
  }

  #within(value: number): number {
    return Math.min(this.#max, Math.max(this.#min, value));
  }

  /** The least number that a share of all does not exceed. */
  #quantiles(ascending: readonly Counted[]): Record<string, number> {
    const quantiles: Record<string, number> = {};
    let at = 0;
    let passed = 0;
    for (const share of SHARES) {
      const wanted = Math.ceil(share * this.#count);
      while (at < ascending.length && passed + (ascending[at] as Counted).count < wanted) {
        passed += (ascending[at] as Counted).count;
        at++;
      }
      quantiles[share] = (ascending[at] as Counted).value;
    }
    return quantiles;
  }

  /** A bar for each number, or bars of equal width; of equal ratio where the numbers are above 0 and span more than a factor of 10. */
  #histogram(ascending: readonly Counted[]): Distribution["histogram"] {
    if (ascending.length <= BARS) {
      return ascending.map(({ value, count }) => ({ from: value, to: value, count }));
    }
    const [min, max] = [this.#min, this.#max];
    const isWide = min > 0 && max / min > 10;
    const bound = (bar: number) =>
      isWide ? min * (max / min) ** (bar / BARS) : min + ((max - min) * bar) / BARS;
    const bars = Array.from({ length: BARS }, (_, bar) => ({
      from: bound(bar),
      to: bar === BARS - 1 ? max : bound(bar + 1),
      count: 0,
    }));
    let bar = 0;
    for (const { value, count } of ascending) {
      while (bar < BARS - 1 && value > (bars[bar] as { to: number }).to) bar++;
      (bars[bar] as { count: number }).count += count;
    }
    return bars;
  }
}

function increase(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** 0 around zero; positive and negative for numbers above and below. Ascending with the numbers. */
function classOf(value: number): number {
  const size = Math.abs(value);
  if (size < LEAST) return 0;
  return Math.sign(value) * (1 + Math.floor(Math.log(size / LEAST) / LOG_GROWTH));
}

function middleOf(at: number): number {
  if (at === 0) return 0;
  return Math.sign(at) * LEAST * GROWTH ** (Math.abs(at) - 0.5);
}
