/**
 * A guess of what people take: the rate of the place times how much more than others the item is taken. It only has to help: the doubly robust
 * estimate is right with any guess that was made without the list it is used for, and the better the guess, the narrower its interval.
 */

/** Items share buckets by their hash; two items in one make a worse guess, not a wrong estimate. */
const BUCKETS = 1 << 15;
/** As many lists of an average item are mixed into what is known of each. */
const SMOOTHING = 20;

export class RewardGuess {
  readonly #shown = new Float64Array(BUCKETS);
  readonly #taken = new Float64Array(BUCKETS);
  readonly #shownAt: number[] = [];
  readonly #takenAt: number[] = [];
  #allShown = 0;
  #allTaken = 0;

  /** @param item A hash of 32 bits. @param place From 0. */
  add(item: number, place: number, reward: number): void {
    const bucket = item % BUCKETS;
    this.#shown[bucket] = (this.#shown[bucket] as number) + 1;
    this.#taken[bucket] = (this.#taken[bucket] as number) + reward;
    this.#shownAt[place] = (this.#shownAt[place] ?? 0) + 1;
    this.#takenAt[place] = (this.#takenAt[place] ?? 0) + reward;
    this.#allShown++;
    this.#allTaken += reward;
  }

  /** From 0 to 1; 0 while nothing was taken. */
  of(item: number, place: number): number {
    if (this.#allTaken === 0) return 0;
    const mean = this.#allTaken / this.#allShown;
    const ofItem = smoothed(this.#taken[item % BUCKETS], this.#shown[item % BUCKETS], mean);
    const ofPlace = smoothed(this.#takenAt[place], this.#shownAt[place], mean);
    return Math.min(1, (ofPlace * ofItem) / mean);
  }
}

function smoothed(taken = 0, shown = 0, mean: number): number {
  return (taken + SMOOTHING * mean) / (shown + SMOOTHING);
}
