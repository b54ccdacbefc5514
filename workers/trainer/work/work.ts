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
  /** Resolves after some milliseconds. Absent where time stands still: then nothing renews the claim but `breathe`. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A long computation in a thread that it shares: called between small steps, it pauses and renews the claim when due. */
export interface Work {
  /** Throws `ClaimLost`. @param progress 0 … 1, reported to the job with the renewal. */
  breathe(progress?: number): Promise<void>;
  /**
   * Does something that may wait for a store for longer than the claim lasts, such as copying a large object: the claim is renewed meanwhile, too.
   * When it is void, the next `breathe` throws.
   */
  keepAlive<Result>(run: () => Promise<Result>): Promise<Result>;
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
  const claim = new RenewedClaim(effects, startedAt);
  let pausedAt = startedAt;
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
      await claim.renewIfDue(progress);
      claim.require();
    },
    keepAlive: (run) => claim.keepAlive(run),
    get elapsedMs() {
      return effects.now() - startedAt;
    },
  };
}

class RenewedClaim {
  readonly #effects: WorkEffects;
  #renewedAt: number;
  /** That of the last call. */
  #progress = 0;
  #isVoid = false;

  constructor(effects: WorkEffects, claimedAt: number) {
    this.#effects = effects;
    this.#renewedAt = claimedAt;
  }

  async renewIfDue(progress: number): Promise<void> {
    this.#progress = progress;
    const now = this.#effects.now();
    if (now - this.#renewedAt < LEASE_RENEWAL_MS) return;
    this.#renewedAt = now;
    if (!(await this.#effects.renew(progress))) this.#isVoid = true;
  }

  require(): void {
    if (this.#isVoid) throw new ClaimLost();
  }

  async keepAlive<Result>(run: () => Promise<Result>): Promise<Result> {
    const { wait } = this.#effects;
    if (!wait) return run();
    const result = run();
    const beat = async () => {
      await wait(LEASE_RENEWAL_MS);
      return "beat" as const;
    };
    const ended = result.then(
      () => "ended" as const,
      () => "ended" as const,
    );
    while (!this.#isVoid && (await Promise.race([ended, beat()])) === "beat") await this.#beat();
    return result;
  }

  async #beat(): Promise<void> {
    try {
      await this.renewIfDue(this.#progress);
    } catch {
      // The claim outlasts three beats, and the next one tries again.
    }
  }
}
