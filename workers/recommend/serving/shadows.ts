/** Scores shadow slots beside the answers of other slots, for a share of requests. */
import type { RoutingManifest, ShadowSlot } from "#storage/routing-store.ts";
import { Beside, type BesideDeps } from "./beside.ts";

export class Shadows {
  readonly #random: BesideDeps["random"];
  readonly #beside: Beside;

  constructor(deps: BesideDeps) {
    this.#random = deps.random;
    this.#beside = new Beside(deps, "shadow_failed");
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
    for (const shadow of shadows) {
      if (this.#random() >= shadow.rate) continue;
      this.#beside.begin({ whose: `shadow ${shadow.id}`, liveKey }, () => score(shadow));
    }
  }
}
