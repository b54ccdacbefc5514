/** Scores shadow slots beside the answers of other slots: after the answer, for a share of requests, and never at the cost of one. */
import type { RoutingManifest, ShadowSlot } from "#storage/routing-store.ts";
import type { ModelCache } from "../memory/model-cache.ts";

export interface ShadowsDeps {
  readonly models: Pick<ModelCache, "has">;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
}

/** Scorings of an isolate that are not done yet; others are left out. */
const MAX_RUNNING = 4;
/** A running one that is older than this was cut off with its request. */
const GIVE_UP_MS = 10_000;
/** A shadow that failed, or whose model does not fit beside the live one, rests for this long. */
const REST_MS = 60_000;

export class Shadows {
  readonly #deps: ShadowsDeps;
  readonly #restsUntil = new Map<number, number>();
  readonly #running = new Set<{ readonly since: number }>();

  constructor(deps: ShadowsDeps) {
    this.#deps = deps;
  }

  /**
   * Draws which shadows are scored for a request, and scores them after the answer.
   *
   * @param liveKey The artifact of the model that answered. A shadow that drives it out of memory rests.
   */
  follow(
    { shadows = [] }: Pick<RoutingManifest, "shadows">,
    liveKey: string,
    score: (shadow: ShadowSlot) => Promise<void>,
  ): void {
    const { now, random, keep } = this.#deps;
    for (const shadow of shadows) {
      if (random() >= shadow.rate || now() < (this.#restsUntil.get(shadow.id) ?? 0)) continue;
      for (const run of this.#running) if (now() - run.since > GIVE_UP_MS) this.#running.delete(run);
      if (this.#running.size >= MAX_RUNNING) continue;
      keep(this.#run(shadow, liveKey, score));
    }
  }

  async #run(
    shadow: ShadowSlot,
    liveKey: string,
    score: (shadow: ShadowSlot) => Promise<void>,
  ): Promise<void> {
    const { models, sleep, now, logError } = this.#deps;
    const run = { since: now() };
    this.#running.add(run);
    try {
      // The answer goes out first.
      await sleep(0);
      await score(shadow);
      if (models.has(liveKey)) return;
      throw new Error(
        `The models of shadow ${shadow.id} and of the live slot do not fit into memory together.`,
      );
    } catch (error) {
      this.#restsUntil.set(shadow.id, now() + REST_MS);
      logError("shadow_failed", error);
    } finally {
      this.#running.delete(run);
    }
  }
}
