import { LEASE_RENEWAL_MS } from "#jobs/leased-task.ts";

/** Another worker has the work, or the job was cancelled: stop, write nothing. */
export class ClaimLost extends Error {
  constructor() {
    super("The claim on this work is void.");
    this.name = "ClaimLost";
  }
}

export interface WorkEffects {
  readonly now: () => number;
  /** Lets other requests of this thread run. */
  readonly pause: () => Promise<void>;
  /** Tells the job that the worker is alive; false when its claim is void. */
  readonly renew: (progress: number) => Promise<boolean>;
}

/** A long computation in a thread that it shares: called between small steps, it pauses and renews the claim when due. */
export interface Work {
  /** Throws `ClaimLost`. @param progress 0 … 1, reported to the job with the renewal. */
  breathe(progress?: number): Promise<void>;
  readonly elapsedMs: number;
}

/**
 * How long the computation holds the thread at a stretch. With `npm start -- --jobs 0` all Workers share one thread, and a request
 * takes several turns of it. At 5 ms a ping takes 50 ms at p95 while trials run, at 20 ms 140 (test/bench/ping.ts). But each pause costs a millisecond
 * in which nothing runs, for a timer waits that long at least. So the computation holds the thread for 5 ms while others use it,
 * and for longer, up to 20, the longer it has been alone.
 */
const SHORTEST_STRETCH_MS = 5;
const LONGEST_STRETCH_MS = 20;
/** A longer pause means that others ran in it. */
const PAUSE_ALONE_MS = 2;
/** In a deployment the clock stands still while code runs, so steps are counted as well. */
const PAUSE_EVERY_STEPS = 64;

export function createWork(effects: WorkEffects): Work {
  const startedAt = effects.now();
  let pausedAt = startedAt;
  let renewedAt = startedAt;
  let steps = 0;
  let stretchMs = SHORTEST_STRETCH_MS;
  return {
    async breathe(progress = 0) {
      steps++;
      const calledAt = effects.now();
      if (steps < PAUSE_EVERY_STEPS && calledAt - pausedAt < stretchMs) return;
      steps = 0;
      await effects.pause();
      pausedAt = effects.now();
      const wasAlone = pausedAt - calledAt <= PAUSE_ALONE_MS;
      stretchMs = wasAlone ? Math.min(LONGEST_STRETCH_MS, stretchMs + 1) : SHORTEST_STRETCH_MS;
      if (pausedAt - renewedAt < LEASE_RENEWAL_MS) return;
      renewedAt = pausedAt;
      if (!(await effects.renew(progress))) throw new ClaimLost();
    },
    get elapsedMs() {
      return effects.now() - startedAt;
    },
  };
}
