import type { Servable } from "#engine/serve/model-artifact.ts";
import { type CountedItem, type Popularity, popularityOf } from "#engine/serve/popular-now.ts";

/** Popularity by model and counts: the order of a whole catalogue is made once for them, not for each request. */
export class PopularityMemory {
  readonly #known = new WeakMap<Servable, WeakMap<readonly CountedItem[], Popularity>>();

  /** @param counted The same array as long as the counts are the same. */
  of(servable: Servable, counted: readonly CountedItem[]): Popularity {
    const ofModel = this.#known.get(servable) ?? new WeakMap<readonly CountedItem[], Popularity>();
    this.#known.set(servable, ofModel);
    const known = ofModel.get(counted);
    if (known) return known;
    const popularity = popularityOf(servable, counted);
    ofModel.set(counted, popularity);
    return popularity;
  }
}
