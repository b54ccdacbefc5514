import type { Servable } from "#engine/serve/model-artifact.ts";
import { type CountedItem, type Popularity, popularityOf } from "#engine/serve/popular-now.ts";

/** Popularity by model and counts: the order of a whole catalogue is made once for them, not for each request. */
export class PopularityMemory {
  readonly #known = new WeakMap<
    Servable,
    { readonly counted: readonly CountedItem[]; readonly popularity: Popularity }
  >();

  /** @param counted The same array as long as the counts are the same. */
  of(servable: Servable, counted: readonly CountedItem[]): Popularity {
    const known = this.#known.get(servable);
    if (known?.counted === counted) return known.popularity;
    const popularity = popularityOf(servable, counted);
    this.#known.set(servable, { counted, popularity });
    return popularity;
  }
}
