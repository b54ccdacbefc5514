/** Speed over the last seconds, so that it neither jumps nor remembers the start for ever. */

const WINDOW_MS = 5_000;
/** Before this, a speed would be a guess. */
const SETTLED_AFTER_MS = 400;

export interface TransferRate {
  /** Notes that `bytes` in total were sent by `nowMs`; fewer than before (a part starts over) begins a new measurement. */
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
