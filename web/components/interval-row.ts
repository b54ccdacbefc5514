/** An estimate with its range, as a line of `IntervalRows`. */
export interface IntervalRow {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The values as people read them. */
  readonly text: string;
}
