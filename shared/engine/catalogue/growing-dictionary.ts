import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import { LayeredIdMap } from "../data/layered-id-map.ts";

/** Adds values to a dictionary that is shared with other readers, without copying it. */
export class GrowingDictionary {
  readonly #base: IdMap | null;
  readonly #added = new IdMapBuilder();

  constructor(base: IdMap | null) {
    this.#base = base;
  }

  get size(): number {
    return (this.#base?.size ?? 0) + this.#added.size;
  }

  /** The index of a value, which is added when it is new. */
  intern(value: string): number {
    const found = this.#base?.indexOf(value) ?? -1;
    return found >= 0 ? found : (this.#base?.size ?? 0) + this.#added.intern(value);
  }

  /** The finished dictionary; the same object as before if nothing was added. This object must not be used afterwards. */
  finish(): IdMap {
    const base = this.#base;
    if (base === null) return this.#added.finish();
    if (this.#added.size === 0) return base;
    const added = this.#added.finish();
    // Two layers at most, so that a look-up asks two maps.
    return base instanceof LayeredIdMap
      ? new LayeredIdMap(base.base, joined(base.added, added))
      : new LayeredIdMap(base, added);
  }
}

function joined(first: IdMap, second: IdMap): IdMap {
  const builder = new IdMapBuilder();
  for (const map of [first, second]) {
    for (let index = 0; index < map.size; index++) builder.intern(map.idAt(index));
  }
  return builder.finish();
}
