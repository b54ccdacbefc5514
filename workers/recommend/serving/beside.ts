/** Lists that are made beside the answers: after them, and never at the cost of one. */
import type { ModelCache } from "../memory/model-cache.ts";

export interface BesideDeps {
  readonly models: Pick<ModelCache, "has">;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
}

/** Work of one kind that an isolate has not done yet; more is left out. */
const MAX_RUNNING = 4;
/** A running one that is older than this was cut off with its request. */
const GIVE_UP_MS = 10_000;
/** Work that failed, or whose model does not fit beside the live one, rests for this long. */
const REST_MS = 60_000;

export class Beside {
  readonly #deps: BesideDeps;
  readonly #failure: string;
  readonly #restsUntil = new Map<string, number>();
  readonly #running = new Set<{ readonly since: number }>();

  /** @param failure The event of the log. */
  constructor(deps: BesideDeps, failure: string) {
    this.#deps = deps;
    this.#failure = failure;
  }

  /**
   * Begins work after the answer, unless such work rests or too much is running; returns whether it began.
   *
   * @param whose Whose work it is: it rests by itself. `liveKey`: the artifact of the model that answered. Work that drives it out of
   * memory rests.
   */
  begin(
    { whose, liveKey }: { readonly whose: string; readonly liveKey: string },
    work: () => Promise<void>,
  ): boolean {
    const { now, keep } = this.#deps;
    if (now() < (this.#restsUntil.get(whose) ?? 0)) return false;
    for (const run of this.#running) if (now() - run.since > GIVE_UP_MS) this.#running.delete(run);
    if (this.#running.size >= MAX_RUNNING) return false;
    keep(this.#run(whose, liveKey, work));
    return true;
  }

  async #run(whose: string, liveKey: string, work: () => Promise<void>): Promise<void> {
    const { models, sleep, now, logError } = this.#deps;
    const run = { since: now() };
    this.#running.add(run);
    try {
      // The answer goes out first.
      await sleep(0);
      await work();
      if (models.has(liveKey)) return;
      throw new Error(`The models of ${whose} and of the live slot do not fit into memory together.`);
    } catch (error) {
      this.#restsUntil.set(whose, now() + REST_MS);
      logError(this.#failure, error);
    } finally {
      this.#running.delete(run);
    }
  }
}
