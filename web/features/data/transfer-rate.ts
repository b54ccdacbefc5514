/** Speed over the last seconds, so that it neither jumps nor depends on the start for long. */

const WINDOW_MS = 5_000;
/** Before this, the speed is not reliable. */
const SETTLED_AFTER_MS = 400;

export interface TransferRate {
  /**
   * Records that `bytes` in total were sent by `nowMs`. Fewer than before (a part starts over) begins a new
   * measurement.
   */
  add(bytes: number, nowMs: number): void;
  /** Bytes per second; null while unknown. */
  perSecond(): number | null;
}

export function makeTransferRate(): TransferRate {
  let samples: { bytes: number; at: number }[] = [];
  return {
    add(bytes, nowMs) {
      const last = samples.at(-1);
      if (last && bytes < last.bytes) samples = [];
      samples.push({ bytes, at: nowMs });
      samples = samples.filter(({ at }) => at >= nowMs - WINDOW_MS);
    },
    perSecond() {
      const [first, last] = [samples[0], samples.at(-1)];
      if (!first || !last || last.at - first.at < SETTLED_AFTER_MS) return null;
      return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
    },
  };
}
