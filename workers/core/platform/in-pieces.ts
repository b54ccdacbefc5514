/** How long a computation may hold the thread that it shares with requests; see `PAUSE_EVERY_MS` of the trainer. */
const PAUSE_EVERY_MS = 5;
/** In a deployment the clock stands still while code runs, so pieces are counted as well. */
const PAUSE_EVERY_PIECES = 32;

export interface PieceEffects {
  readonly now: () => number;
  /** Lets other requests of this thread run. */
  readonly pause: () => Promise<void>;
}

/** Drives a computation that yields between small pieces to its end, with a pause every few milliseconds. */
export async function inPieces<Result>(
  steps: Generator<unknown, Result, undefined>,
  { now, pause }: PieceEffects,
): Promise<Result> {
  let pausedAt = now();
  let pieces = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (++pieces < PAUSE_EVERY_PIECES && now() - pausedAt < PAUSE_EVERY_MS) continue;
    await pause();
    pausedAt = now();
    pieces = 0;
  }
}
