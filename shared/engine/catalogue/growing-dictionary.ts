import { type IdMap, IdMapBuilder } from "../data/id-map.ts";

/** Adds values to a dictionary that is shared with other readers, without copying it. */
export class GrowingDictionary {
  readonly #base: IdMap | null;
  readonly #added = new IdMapBuilder();

  constructor(base: IdMap | null) {
    if (base instanceof LayeredIdMap) {
      this.#base = base.base;
      for (let index = 0; index < base.added.size; index++) this.#added.intern(base.added.idAt(index));
    } else this.#base = base;
  }

  get size(): number {
    return (this.#base?.size ?? 0) + this.#added.size;
  }

  /** The index of a value, which is added when it is new. */
  intern(value: string): number {
    const found = this.#base?.indexOf(value) ?? -1;
    return found >= 0 ? found : (this.#base?.size ?? 0) + this.#added.intern(value);
  }

  /** The finished dictionary. This object must not be used afterwards. */
  finish(): IdMap {
    if (this.#base === null) return this.#added.finish();
    return this.#added.size === 0 ? this.#base : new LayeredIdMap(this.#base, this.#added.finish());
  }
}

/** Two maps as one: the indices of `added` follow those of `base`. */
class LayeredIdMap implements IdMap {
  readonly base: IdMap;
  readonly added: IdMap;

  constructor(base: IdMap, added: IdMap) {
    this.base = base;
    this.added = added;
  }

  get size(): number {
    return this.base.size + this.added.size;
  }

  indexOf(id: string): number {
    const found = this.base.indexOf(id);
    if (found >= 0) return found;
    const added = this.added.indexOf(id);
    return added < 0 ? -1 : this.base.size + added;
  }

  idAt(index: number): string {
    return index < this.base.size ? this.base.idAt(index) : this.added.idAt(index - this.base.size);
  }
}
